import type { Cell, Row } from "./cell.ts";

const ANYONE = { audience: "anyone" } as const;

const signedInGoesOn = ({ person }: Cell) => (person ? 307 : 200);

/** What stands outside any tenant: for anyone, for whoever is signed in, for instance admins. */
export const OPEN_ROWS: readonly Row[] = [
  { surface: "page /_not-found", ...ANYONE, path: () => "/nothing-of-the-sort", status: 404 },
  { surface: "page /_global-error", ...ANYONE, path: () => "/_global-error", status: 500 },
  { surface: "page /", ...ANYONE, status: signedInGoesOn },
  { surface: "page /sign-in", ...ANYONE, status: signedInGoesOn },
  { surface: "route /icon.svg", ...ANYONE },
  { surface: "route /api/health/live", ...ANYONE },
  { surface: "route /api/health/ready", ...ANYONE },
  { surface: "route /api/auth/[...nextauth]", ...ANYONE, path: () => "/api/auth/csrf" },
  { surface: "route /auth/token", ...ANYONE, path: () => "/auth/token?scope=repository:a/b:pull" },
  { surface: "page /tenants", audience: "person", path: () => "/tenants?all" },
];
