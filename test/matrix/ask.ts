import type { Cell } from "./cell.ts";
import { ACTIONS } from "./surface.ts";

export interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

/** Asks the server what a cell asks, as a browser, the API's or a container client would. */
export function ask(cell: Cell): Promise<Answer> {
  const [kind = "", ...rest] = cell.row.surface.split(" ");
  const name = rest.join(" ");
  if (kind === "action") return askAction(cell, name);
  if (kind === "api") return askApi(cell, name);
  if (kind === "oci") return askRegistry(cell, name);
  return send(cell, { path: cell.row.path?.(cell) ?? filled(name, cell), headers: cookieOf(cell) });
}

/** A pattern's placeholders filled in. */
export function filled(pattern: string, { slug, childId }: Cell): string {
  return pattern.replace("[tenant]", slug).replace(/\[id\]|<\w+>/, childId);
}

interface Call {
  method?: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

async function send({ world, row, ...cell }: Cell, { path, headers, ...call }: Call): Promise<Answer> {
  const extra = row.headers?.({ world, row, ...cell }) ?? {};
  const init: RequestInit = { ...call, headers: { ...headers, ...extra }, redirect: "manual" };
  const response = await fetch(world.url + path, init);
  return { status: response.status, headers: response.headers, body: await response.text() };
}

function askAction(cell: Cell, name: string): Promise<Answer> {
  const action = ACTIONS.get(name);
  if (!action) throw new Error(`the build has no action ${name}`);
  const ofTenant = action.page.startsWith("/t/");
  const args = [...(ofTenant ? [cell.slug] : []), ...argumentsOf(cell)];
  return send(cell, {
    method: "POST",
    path: cell.row.path?.(cell) ?? filled(action.page, cell),
    headers: {
      ...cookieOf(cell),
      "next-action": action.id,
      accept: "text/x-component",
      "content-type": "text/plain;charset=UTF-8",
      origin: cell.world.url,
    },
    body: JSON.stringify(args),
  });
}

function argumentsOf(cell: Cell): unknown[] {
  const input = cell.row.input?.(cell);
  if (input === undefined) return [];
  return Array.isArray(input) ? input : [input];
}

function askApi(cell: Cell, endpoint: string): Promise<Answer> {
  const [method = "GET", pattern = ""] = endpoint.split(" ");
  const input = cell.row.input?.(cell);
  return send(cell, {
    method,
    path: cell.row.path?.(cell) ?? `${filled(pattern, cell)}?tenant=${cell.slug}`,
    headers: cell.person ? { authorization: `Bearer ${cell.person.token}` } : {},
    body: input === undefined ? undefined : JSON.stringify(input),
  });
}

function askRegistry(cell: Cell, operation: string): Promise<Answer> {
  const [method = "GET"] = operation.split(" ");
  const basic = cell.person && Buffer.from(`token:${cell.person.token}`).toString("base64");
  const input = cell.row.input?.(cell);
  return send(cell, {
    method,
    path: cell.row.path?.(cell) ?? "/v2/",
    headers: basic ? { authorization: `Basic ${basic}` } : {},
    body: typeof input === "string" ? input : undefined,
  });
}

function cookieOf({ person }: Cell): Record<string, string> {
  return person ? { cookie: person.cookie } : {};
}
