import { readFileSync } from "node:fs";
import path from "node:path";
import { API_ENDPOINTS } from "#lib/api/index.ts";
import { OCI_ENDPOINTS } from "#lib/oci/index.ts";

const BUILD = path.resolve(".next/server");

interface BuiltAction {
  filename: string;
  exportedName: string;
  /** The pages that it can be sent to, as `app/t/[tenant]/products/page`. */
  workers: Record<string, unknown>;
}

/** A server action as a browser calls it. */
export interface Action {
  id: string;
  /** The path of a page that has it, with its placeholders: `/t/[tenant]/products`. */
  page: string;
}

function built<T>(file: string): T {
  return JSON.parse(readFileSync(path.join(BUILD, file), "utf8")) as T;
}

/** Every server action of the build, by `file#name`. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries(built<{ node: Record<string, BuiltAction> }>("server-reference-manifest.json").node).map(
    ([id, { filename, exportedName, workers }]) => [
      `${filename.replace(/\.ts$/, "")}#${exportedName}`,
      {
        id,
        page: pageOf(
          filename,
          Object.keys(workers).map((entry) => pathOf(entry.replace(/^app/, ""))),
        ),
      },
    ],
  ),
);

// Of the pages that have it, the one that it lies beside: only that one's path can be filled in from the action's row.
function pageOf(file: string, pages: readonly string[]): string {
  const beside = path.dirname(file).replace(/^app/, "");
  return pages.find((page) => page === beside) ?? pages[0] ?? "";
}

/** Every page and route of the build, as `page /t/[tenant]/products` or `route /v2/[[...path]]`. */
export const ROUTES: readonly string[] = Object.keys(built<Record<string, string>>("app-paths-manifest.json")).map(
  (entry) => (entry.endsWith("/page") ? `page ${pathOf(entry)}` : `route ${pathOf(entry)}`),
);

function pathOf(entry: string): string {
  return entry.replace(/\/(page|route)$/, "") || "/";
}

// What stands behind a catch-all route is told by the door's own table.
const BEHIND: Record<string, readonly string[]> = {
  "route /v1/[...path]": API_ENDPOINTS.map((endpoint) => `api ${endpoint}`),
  "route /v2/[[...path]]": OCI_ENDPOINTS.map((endpoint) => `oci ${endpoint}`),
};

/** Everything that can be asked of the server, from the build's own output. */
export const SURFACE: readonly string[] = [
  ...ROUTES.flatMap((route) => BEHIND[route] ?? [route]),
  ...[...ACTIONS.keys()].map((name) => `action ${name}`),
].sort();
