import Form from "next/form";
import type { ReactNode } from "react";
import { buttonClass } from "#components/ui/button.tsx";
import { Input, Select } from "#components/ui/field.tsx";

interface Props {
  action: string;
  products: { slug: string; name: string }[];
  /** The product at hand; undefined for all of them, where there is such a choice. */
  product?: string;
  /** Whether all products together are a choice. */
  all?: boolean;
  days?: string;
  /** Who or what is looked for, where the list can be searched. */
  search?: { label: string; value?: string };
  /** Further filters: controls with a name. */
  children?: ReactNode;
}

/** What a table of insight is about, by its address: it can be shared and works without scripts. */
export function InsightFilter({ action, products, product, all = false, days, search, children }: Props) {
  return (
    <Form action={action} className="mb-4 flex flex-wrap items-center gap-2" role="search" key={product}>
      {days ? <input type="hidden" name="days" value={days} /> : null}
      <Select name="product" aria-label="Product" defaultValue={product ?? ""} className="max-w-56">
        {all ? <option value="">All products</option> : null}
        {products.map(({ slug, name }) => (
          <option key={slug} value={slug}>
            {name}
          </option>
        ))}
      </Select>
      {search ? (
        <Input
          type="search"
          name="search"
          key={search.value}
          aria-label={search.label}
          placeholder={search.label}
          defaultValue={search.value}
          maxLength={200}
          className="max-w-60"
        />
      ) : null}
      {children}
      <button type="submit" className={buttonClass()}>
        Show
      </button>
    </Form>
  );
}
