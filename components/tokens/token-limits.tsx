"use client";

import { useState } from "react";

export interface Preset {
  value: string;
  label: string;
  hint: string;
  scopes: string[];
}

export interface ScopeChoice {
  value: string;
  label: string;
}

interface ScopesProps {
  presets: Preset[];
  /** Everything that can be chosen one by one. */
  choices: ScopeChoice[];
  error?: string;
}

const CUSTOM = "custom";

/** What a token may do: one of the usual sets, or permissions one by one. `scopesOf` reads it from the form. */
export function ScopesField({ presets, choices, error }: ScopesProps) {
  const [chosen, setChosen] = useState(presets[0]?.value ?? CUSTOM);
  const custom = { value: CUSTOM, label: "Chosen permissions", hint: "Pick them one by one.", scopes: [] };
  const shown = choices.length > 1 ? [...presets, custom] : presets;
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium text-[13px]">It may</legend>
      {shown.map(({ value, label, hint }) => (
        <Choice key={value} name="preset" {...{ value, label, hint }} on={chosen === value} onPick={setChosen} />
      ))}
      {chosen === CUSTOM ? <Boxes name="scope" legend="Permissions" items={choices} /> : null}
      {error ? (
        <p role="alert" className="text-danger-ink text-xs">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}

/** The scopes that a form with a ScopesField says. */
export function scopesOf(form: FormData, presets: readonly Preset[]): string[] {
  const preset = presets.find(({ value }) => value === form.get("preset"));
  return preset?.scopes ?? form.getAll("scope").map(String);
}

interface ProductsProps {
  products: { id: string; name: string }[];
  error?: string;
}

/** On which products: all, or some of them. `productsOf` reads it from the form. */
export function ProductsField({ products, error }: ProductsProps) {
  const [some, setSome] = useState(false);
  if (products.length === 0) return null;
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium text-[13px]">On</legend>
      <Choice name="products" value="all" label="All products" on={!some} onPick={() => setSome(false)} />
      <Choice name="products" value="some" label="Some products" on={some} onPick={() => setSome(true)} />
      {some ? (
        <Boxes name="product" legend="Products" items={products.map(({ id, name }) => ({ value: id, label: name }))} />
      ) : null}
      {error ? (
        <p role="alert" className="text-danger-ink text-xs">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}

/** The products that a form with a ProductsField says; empty for all, null where some were meant and none was ticked. */
export function productsOf(form: FormData): string[] | null {
  if (form.get("products") !== "some") return [];
  const ids = form.getAll("product").map(String);
  return ids.length > 0 ? ids : null;
}

interface ChoiceProps {
  name: string;
  value: string;
  label: string;
  hint?: string;
  on: boolean;
  onPick: (value: string) => void;
}

function Choice({ name, value, label, hint, on, onPick }: ChoiceProps) {
  return (
    <label className="flex gap-2.5 text-sm">
      <input
        type="radio"
        name={name}
        value={value}
        checked={on}
        onChange={() => onPick(value)}
        className="mt-0.5 size-4 accent-accent"
      />
      <span>
        <span className="font-medium">{label}</span>
        {hint ? <span className="block text-[13px] text-soft">{hint}</span> : null}
      </span>
    </label>
  );
}

function Boxes({ name, legend, items }: { name: string; legend: string; items: ScopeChoice[] }) {
  return (
    <fieldset className="ml-6 grid max-h-48 gap-1.5 overflow-y-auto rounded-md border border-line p-2.5">
      <legend className="sr-only">{legend}</legend>
      {items.map(({ value, label }) => (
        <label key={value} className="flex gap-2 text-[13px]">
          <input type="checkbox" name={name} value={value} className="mt-0.5 size-4 accent-accent" />
          <span className="wrap-anywhere min-w-0">{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
