import { Select } from "./field.tsx";

interface FilterSelectProps {
  name: string;
  label: string;
  /** The choice that filters nothing. */
  all: string;
  /** The other choices: what stands in the address, and its words. */
  options: readonly (readonly [value: string, words: string])[];
  value: string | undefined;
}

/** A filter of a list, within its SearchForm. */
export function FilterSelect({ name, label, all, options, value = "" }: FilterSelectProps) {
  return (
    // By its value, so that a link to another filter is shown as that.
    <Select name={name} aria-label={label} key={value} defaultValue={value} className="w-auto!">
      <option value="">{all}</option>
      {options.map(([choice, words]) => (
        <option key={choice} value={choice}>
          {words}
        </option>
      ))}
    </Select>
  );
}
