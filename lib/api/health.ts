import { queryPrepared } from "#lib/db/index.ts";
import { log } from "../log.ts";

const HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

/** Whether the process answers at all. */
export function handleLive(): Response {
  return new Response('{"status":"live"}', { status: 200, headers: HEADERS });
}

/** Whether it can do its work: the database answers. 503 otherwise. */
export async function handleReady(): Promise<Response> {
  try {
    await queryPrepared({ name: "ready", text: "SELECT 1" }, []);
    return new Response('{"status":"ready"}', { status: 200, headers: HEADERS });
  } catch (error) {
    log.warn({ error: String(error) }, "not ready: the database does not answer");
    return new Response('{"status":"database unreachable"}', {
      status: 503,
      headers: { ...HEADERS, "retry-after": "5" },
    });
  }
}
