/** The name of a repository, taken apart. */
export interface RepositoryName {
  name: string;
  tenant: string;
  product: string;
}

// distribution-spec, "Pulling manifests": <name>. Anchored, each part unambiguous, so that it can't backtrack.
const PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const NAME = new RegExp(`^${PART}(?:/${PART})*$`);

/** `<tenant>/<product>` or `<tenant>/<product>/<component…>`; null where the name has not that form. */
export function parseRepositoryName(name: string): RepositoryName | null {
  if (name.length > 200 || !NAME.test(name)) return null;
  const [tenant, product] = name.split("/");
  return tenant && product ? { name, tenant, product } : null;
}

const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Whether a name follows the specification's grammar, whatever it may name. */
export function isRepositoryName(name: string): boolean {
  return name.length <= 255 && NAME.test(name);
}
