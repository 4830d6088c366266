interface Props {
  title: string;
  products: { id: string; name: string; description: string }[];
}

/** Products by name, without a price of their own. */
export function OpenProducts({ title, products }: Props) {
  if (products.length === 0) return null;
  const heading = title.toLowerCase().replaceAll(" ", "-");
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading} className="mb-2 font-semibold text-base tracking-tight">
        {title}
      </h2>
      <ul className="grid gap-3 sm:grid-cols-2">
        {products.map(({ id, name, description }) => (
          <li key={id} className="wrap-anywhere rounded-lg border border-line bg-surface p-4">
            <h3 className="font-medium text-sm">{name}</h3>
            {description ? <p className="mt-1 text-[13px] text-soft">{description}</p> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
