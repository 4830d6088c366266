import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { rememberIncoming } from "./body.ts";
import { openBodyOf } from "./file-body.ts";

/** An App Router route file, loaded as a plain module: one `Request → Response` function a method. */
export type RouteModule = Partial<Record<string, (request: Request) => Response | Promise<Response>>>;

/**
 * Mounts a route file straight on Node: the same function that `next dev` serves, without the framework around it
 * (docs/adr/0001). A method that the file does not export is 405.
 */
export function mount(route: RouteModule): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const listener = getRequestListener(async (request, env) => {
    const { incoming, outgoing } = env as { incoming: IncomingMessage; outgoing: ServerResponse };
    const handler = route[request.method];
    if (!handler) return new Response(null, { status: 405, headers: { allow: Object.keys(route).join(", ") } });
    rememberIncoming(request, incoming, outgoing);
    const response = await handler(request);
    const body = openBodyOf(response);
    if (!body) return response;
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    await body.send(outgoing);
    return RESPONSE_ALREADY_SENT;
  });
  return (incoming, outgoing) => void listener(incoming, outgoing);
}
