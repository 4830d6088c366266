import { badParam } from "./failures.ts";

/** What a form or a query says: `items[0][price]=…` is `{ items: [{ price }] }`. Values stay strings. */
export type Form = { [key: string]: string | Form | (string | Form)[] };

const PARTS = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;
const DEPTH_MAX = 8;

/** @throws StripeFailure 400 for a name that can't be read */
export function readForm(text: string): Form {
  const form: Form = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const parts = PARTS.exec(name);
    const path = parts
      ? [parts[1] ?? "", ...[...(parts[2] ?? "").matchAll(/\[([^\]]*)\]/g)].map(([, key]) => key ?? "")]
      : [];
    if (path.length === 0 || path.length > DEPTH_MAX) throw badParam(name, `Invalid parameter name: ${name}`);
    put(form, path, value);
  }
  return listsIn(form) as Form;
}

function put(form: Form, path: string[], value: string): void {
  let place = form;
  for (const [at, key] of path.entries()) {
    const name = key === "" ? String(Object.keys(place).length) : key;
    if (at === path.length - 1) place[name] = value;
    else {
      const next = place[name];
      if (next === undefined || typeof next === "string") place[name] = Object.create(null);
      place = place[name] as Form;
    }
  }
}

/** Objects whose keys are 0, 1, 2 … are lists. */
function listsIn(value: Form | string): Form | string | (Form | string)[] {
  if (typeof value === "string") return value;
  const keys = Object.keys(value);
  const inside = keys.map((key) => listsIn(value[key] as Form | string));
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key))) return inside as (Form | string)[];
  return Object.fromEntries(keys.map((key, at) => [key, inside[at]])) as Form;
}
