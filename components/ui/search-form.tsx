import { Search } from "lucide-react";
import Form from "next/form";
import type { ReactNode } from "react";

interface SearchFormProps {
  /** Where the list lives; the form adds its fields to it as a query. */
  action: string;
  label: string;
  /** Where the label is too long for the field. */
  placeholder?: string;
  value?: string;
  /** Further filters: controls with a name. */
  children?: ReactNode;
}

/** Searches a list by its address, so that a search can be shared and works without scripts. */
export function SearchForm({ action, label, placeholder = label, value = "", children }: SearchFormProps) {
  return (
    <Form action={action} className="mb-4 flex flex-wrap items-center gap-2" role="search">
      <div className="relative min-w-0 flex-1 basis-48 sm:max-w-xs">
        <Search className="pointer-events-none absolute top-2.25 left-2.5 size-4 text-soft" aria-hidden="true" />
        <input
          type="search"
          name="search"
          key={value}
          defaultValue={value}
          aria-label={label}
          placeholder={placeholder}
          maxLength={200}
          className="h-8.5 w-full rounded-md border border-line-strong bg-surface pr-2.5 pl-8 text-ink text-sm placeholder:text-soft"
        />
      </div>
      {children}
      <button
        type="submit"
        className="h-8.5 rounded-md border border-line-strong bg-surface px-3 font-medium text-ink text-sm hover:bg-raised"
      >
        Search
      </button>
    </Form>
  );
}
