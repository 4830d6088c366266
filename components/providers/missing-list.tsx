import Link from "next/link";

interface MissingShown {
  kind: string;
  label: string;
  about: string;
  page: string | null;
}

/** What a tenant could connect, too. */
export function MissingList({ missing, base }: { missing: MissingShown[]; base: string }) {
  return (
    <ul className="grid gap-3 sm:grid-cols-2">
      {missing.map(({ kind, label, about, page }) => (
        <li key={kind} className="rounded-lg border border-line bg-surface p-4 text-sm">
          <h3 className="font-medium text-ink">{label}</h3>
          <p className="mt-1 text-[13px] text-soft">{about}</p>
          {page ? (
            <Link href={`${base}/${page}`} className="mt-2 inline-block rounded text-accent-ink hover:underline">
              Connect {label}
            </Link>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
