import { existsSync, readdirSync } from "node:fs";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "#lib/storage/index.ts";
import { randomBlob } from "#lib/testing/index.ts";
import { type Client, newClient } from "./conformance/client.ts";

const LARGE_BYTES = 3_000_000;
let c: Client;
let image: Awaited<ReturnType<Client["image"]>>;
let large: string;

beforeAll(async () => {
  c = await newClient();
  image = await c.image("v1");
  large = await c.blob(randomBlob(LARGE_BYTES));
});
afterAll(() => c.close());

const open = () => readdirSync("/proc/self/fd").length;

/** Asks for a blob and leaves after its first bytes. */
function leaveEarly(): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: c.authorization };
    const sent = request({ port: c.port, path: c.at(`blobs/${large}`), headers, agent: false }, (answer) => {
      answer.once("data", () => answer.destroy());
      answer.once("close", () => resolve());
    });
    sent.once("error", reject);
    sent.end();
  });
}

async function reads(): Promise<void> {
  const get = async (rest: string, headers: Record<string, string> = {}, method = "GET") => {
    await c.send(method, c.at(rest), { headers });
  };
  await get("manifests/v1");
  await get(`blobs/${digestOf(image.layer)}`);
  await get(`blobs/${large}`);
  await get(`blobs/${large}`, {}, "HEAD");
  await get(`blobs/${large}`, { range: "bytes=100000-900000" });
  await get(`blobs/${large}`, { range: `bytes=${LARGE_BYTES}-` });
  await leaveEarly();
}

async function writes(): Promise<void> {
  const bytes = randomBlob(100_000);
  await c.blob(bytes);
  await c.send("POST", c.at(`blobs/uploads/?digest=${digestOf(randomBlob())}`), { body: bytes });
  const begun = await c.send("POST", c.at("blobs/uploads/"));
  await c.send("PATCH", String(begun.headers.location), { body: bytes });
}

describe.skipIf(!existsSync("/proc/self/fd"))("1,000 requests of every kind", () => {
  it("leave no file descriptor open: read whole, in part, not to the end, pushed, refused, begun", async () => {
    for (let n = 0; n < 5; n++) await Promise.all([reads(), reads(), writes()]);
    const before = open();
    for (let n = 0; n < 50; n++) await Promise.all([reads(), reads(), reads(), n % 5 === 0 ? writes() : null]);
    // A few connections to the database may come or go; a leak would be hundreds.
    await expect.poll(open, { timeout: 10_000 }).toBeLessThanOrEqual(before + 10);
  }, 120_000);
});
