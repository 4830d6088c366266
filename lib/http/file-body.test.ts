import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { mount, streamResponse } from "./index.ts";

const CHUNKS: Record<string, string[]> = {
  "/whole": ["01234", "56789"],
  "/long": ["0123456789", "HTTP/1.1 200 OK"],
  "/longer-chunk": ["0123456789HTTP/1.1 200 OK"],
  "/short": ["0123"],
  "/none": [],
};
const GET = (request: Request) => {
  const chunks = CHUNKS[new URL(request.url).pathname] ?? [];
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  return streamResponse(request, stream, { status: 200, headers: { "content-length": "10" } });
};
const server = createServer(mount({ GET }));
await new Promise<void>((resolve) => {
  server.listen(0, "127.0.0.1", resolve);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What comes on a connection that is kept, and whether the server ended it. */
async function answerTo(path: string): Promise<{ body: string; ended: boolean }> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  let [bytes, ended] = ["", false];
  socket.on("data", (chunk) => {
    bytes += chunk.toString();
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    ended = true;
  });
  socket.write(`GET ${path} HTTP/1.1\r\nhost: here\r\n\r\n`);
  for (let turn = 0; turn < 50 && !ended; turn++) await sleep(10);
  socket.destroy();
  return { body: bytes.slice(bytes.indexOf("\r\n\r\n") + 4), ended };
}

describe("a stream that is answered with a length", () => {
  it("is that long: a connection never goes on after fewer bytes, nor after more, with what is no answer", async () => {
    expect(await answerTo("/whole")).toEqual({ body: "0123456789", ended: false });
    for (const path of ["/long", "/longer-chunk"]) {
      const { body, ended } = await answerTo(path);
      expect([path, ended, "0123456789".startsWith(body)]).toEqual([path, true, true]);
    }
    for (const path of ["/short", "/none"]) expect([path, (await answerTo(path)).ended]).toEqual([path, true]);
  });
});
