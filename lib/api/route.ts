import type { Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";

/** An operation, and what stands in the variable parts of its path. */
export interface Found {
  operation: Operation;
  params: Record<string, string>;
}

const ROUTES = OPERATIONS.map((operation) => ({
  operation,
  form: new RegExp(`^${operation.path.replaceAll(".", "\\.").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
  // What names no variable is told from what does: /v1/products/new before /v1/products/{product}.
  variables: operation.path.split("{").length,
})).sort((a, b) => a.variables - b.variables);

/** The operation of a path, as it was sent; where there is none, the methods that the path has. HEAD is GET. */
export function findOperation(
  asked: string,
  path: string,
): (Found & { methods?: undefined }) | { operation?: undefined; methods: string[] } {
  const method = asked === "HEAD" ? "GET" : asked;
  const here = ROUTES.flatMap(({ operation, form }) => {
    const match = form.exec(path);
    return match ? [{ operation, params: { ...match.groups } }] : [];
  });
  const found =
    here.find(({ operation }) => operation.method === asked) ??
    here.find(({ operation }) => operation.method === method);
  return found ?? { methods: here.map(({ operation }) => operation.method) };
}
