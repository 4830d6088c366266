import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AskTicket } from "./upload-one.ts";
import { UploadQueue } from "./upload-queue.ts";

// As much of tus 1.0.0 as a client asks of it: what came under each upload's name.
const came = new Map<string, string>();
// Stands for bytes that never arrive: as behind a line that broke.
const HELD = "held";
const server = createServer(async (request, response) => {
  const id = request.url ?? "";
  if (request.method === "PATCH" && came.get(id) === HELD) return came.set(id, "");
  if (request.method === "PATCH") came.set(id, (came.get(id) ?? "") + (await text(request)));
  if (request.method === "DELETE") came.delete(id);
  const headers = {
    "tus-resumable": "1.0.0",
    "upload-offset": `${came.get(id) === HELD ? 0 : (came.get(id)?.length ?? 0)}`,
    "upload-length": "4",
  };
  response.writeHead(request.method === "HEAD" ? 200 : 204, headers).end();
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** tus-js-client takes a Buffer here where it takes a File in a browser. */
const fileOf = (name: string, content: string, lastModified = 1) =>
  Object.assign(Buffer.from(content), { name, size: content.length, lastModified }) as unknown as File;

/** A queue whose tickets are given one by one, in the order in which they were asked for. */
function opened() {
  const asked: (string | undefined)[] = [];
  const waiting: (() => void)[] = [];
  let uploads = 0;
  const onTicket: AskTicket = ({ uploadId: standing }) =>
    new Promise((resolve) => {
      asked.push(standing);
      const uploadId = standing ?? `new-${++uploads}`;
      const { port } = server.address() as AddressInfo;
      const data = { uploadId, url: `http://127.0.0.1:${port}/${uploadId}`, ticket: "t", expiresAt: new Date(1e14) };
      waiting.push(() => resolve({ ok: true, message: "", data }));
    });
  const queue = new UploadQueue({ releaseId: "r", onTicket, onDone: () => undefined });
  const give = async () => {
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
    waiting.shift()?.();
  };
  const stateOf = (name: string) => queue.snapshot().find((item) => item.name === name)?.state;
  const sentWhole = (name: string) => expect.poll(() => stateOf(name)).toBe("done");
  return { queue, asked, give, stateOf, sentWhole };
}

const sent = () => [...came.values()].sort();

describe("a page's uploads", () => {
  it("send nothing of a file that was cancelled before its ticket was there", async () => {
    came.clear();
    const { queue, give, sentWhole } = opened();
    queue.add([fileOf("a", "aaaa")]);
    await queue.drop("a");
    await give();
    queue.add([fileOf("b", "bbbb")]);
    await give();
    await sentWhole("b");
    expect(sent()).toEqual(["bbbb"]);
    expect(queue.snapshot().map(({ name }) => name)).toEqual(["b"]);
  });

  it("send a file that was paused before its ticket was there once it goes on, and once", async () => {
    came.clear();
    const { queue, give, stateOf, sentWhole } = opened();
    queue.add([fileOf("a", "aaaa")]);
    await queue.pause("a");
    await give();
    queue.add([fileOf("b", "bbbb")]);
    await give();
    await sentWhole("b");
    expect([stateOf("a"), sent()]).toEqual(["paused", ["bbbb"]]);
    queue.resume("a");
    await give();
    await sentWhole("a");
    expect(sent()).toEqual(["aaaa", "bbbb"]);
  });

  it("send of two files of a name the one that was chosen last", async () => {
    came.clear();
    const { queue, give, sentWhole } = opened();
    queue.add([fileOf("a", "old!")]);
    queue.add([fileOf("a", "new!", 2)]);
    await give();
    await give();
    await sentWhole("a");
    expect(sent()).toEqual(["new!"]);
  });

  it.each([
    ["go on after a break with the same file", 1, "new-1"],
    ["begin anew with a file that was changed since, though its name and size are the same", 2, undefined],
  ])("%s", async (_, modified, uploadId) => {
    const { queue, give, asked, sentWhole } = opened();
    came.clear();
    came.set("/new-1", HELD);
    queue.add([fileOf("a", "old!")]);
    await give();
    await expect.poll(() => came.get("/new-1")).toBe("");
    queue.add([fileOf("a", "next", modified)]);
    await give();
    expect(asked).toEqual([undefined, uploadId]);
    await sentWhole("a");
    expect(sent()).toEqual(["next"]);
  });
});
