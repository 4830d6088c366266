import { createServer, request as httpRequest, type IncomingMessage, type ServerOptions } from "node:http";
import type { AddressInfo } from "node:net";
import { inRequest } from "#lib/http/index.ts";
import { newId } from "#lib/ids.ts";
import { dataPlane } from "./data-plane.ts";
import { HTTP_OPTIONS } from "./http-options.ts";

/** The data plane on a port of its own, exactly as a worker mounts it but for the options named. */
export async function listenDataPlane(
  options: ServerOptions = {},
): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const server = createServer({ ...HTTP_OPTIONS, ...options }, (request, response) => {
    const route = dataPlane(request.url ?? "/");
    const scope = { requestId: newId(), address: request.socket.remoteAddress ?? "", userAgent: "test" };
    inRequest(scope, () => (route ? route(request, response) : response.writeHead(404).end("pages")));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}`, port, close };
}

export interface RawAnswer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

/** A request whose path goes over the wire byte by byte: fetch would resolve and encode it first. */
export function rawRequest(
  port: number,
  call: { method?: string; path: string; headers?: Record<string, string>; body?: Buffer | string },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { method = "GET", path } = call;
    const framing = call.body && !call.headers?.["transfer-encoding"] ? Buffer.byteLength(call.body) : undefined;
    const headers = { ...call.headers, ...(framing === undefined ? {} : { "content-length": String(framing) }) };
    const sent = httpRequest({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    sent.on("error", reject);
    sent.end(call.body);
  });
}

/** An answer's bytes without the request id, which differs from request to request. */
export function withoutRequestId(body: Buffer | string): string {
  return body.toString().replace(/"requestId":"[^"]+"/, '"requestId":""');
}
