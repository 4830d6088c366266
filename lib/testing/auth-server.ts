import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { NextAuthOptions } from "next-auth";
import NextAuthModule from "next-auth";
import { setEnv } from "../env.ts";
import { inRequest } from "../http/index.ts";
import { newId } from "../ids.ts";

type PagesHandler = (request: unknown, response: unknown, options: NextAuthOptions) => Promise<void>;

// Node gives a CommonJS module's exports as the default, bundlers what it calls its default.
const NextAuth = ((NextAuthModule as unknown as { default?: PagesHandler }).default ??
  NextAuthModule) as unknown as PagesHandler;

export interface Browser {
  /** Follows redirects within the server and the provider. @returns where it ended: status and address */
  go(address: string, form?: Record<string, string>): Promise<{ status: number; url: URL; body: string }>;
  cookies: Map<string, string>;
}

/** next-auth's routes over HTTP, without Next: each request gets the options that `optionsFor` makes of its cookies. */
export async function startAuthServer(
  optionsFor: (cookies: Record<string, string>) => Promise<NextAuthOptions>,
): Promise<{ url: string; browser(): Browser; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  setEnv({ PUBLIC_URL: url, NEXTAUTH_URL: url });
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url, browser: () => newBrowser(url), stop };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? "/", url);
    if (!asked.pathname.startsWith("/api/auth/")) return void response.end("a page");
    const cookies = cookiesOf(request.headers.cookie ?? "");
    const query = { ...Object.fromEntries(asked.searchParams), nextauth: asked.pathname.split("/").slice(3) };
    const body = Object.fromEntries(new URLSearchParams(await textOf(request)));
    const answer = Object.assign(response, {
      status: (code: number) => Object.assign(response, { statusCode: code }),
      json: (value: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(value)),
      send: (value: unknown) => response.end(typeof value === "string" ? value : JSON.stringify(value)),
    });
    const scope = { requestId: newId(), address: "127.0.0.1", userAgent: "vitest" };
    const options = await optionsFor(cookies);
    await inRequest(scope, () => NextAuth(Object.assign(request, { query, cookies, body }), answer, options));
  }
}

function newBrowser(home: string): Browser {
  const cookies = new Map<string, string>();
  const go: Browser["go"] = async (address, form) => {
    let url = new URL(address, home);
    let body = form && new URLSearchParams(form);
    for (let hops = 0; hops < 10; hops++) {
      const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
      const answer = await fetch(url, { method: body ? "POST" : "GET", headers, body, redirect: "manual" });
      if (url.origin === home) keep(answer.headers.getSetCookie());
      const location = answer.headers.get("location");
      if (!location) return { status: answer.status, url, body: await answer.text() };
      url = new URL(location, url);
      body = undefined;
    }
    throw new Error("too many redirects");
  };
  const keep = (lines: string[]) => {
    for (const line of lines) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      if (at + 1 === pair.length) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), decodeURIComponent(pair.slice(at + 1)));
    }
  };
  return { go, cookies };
}

function cookiesOf(header: string): Record<string, string> {
  const pairs = header.split("; ").filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
