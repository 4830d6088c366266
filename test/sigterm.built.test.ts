import { once } from "node:events";
import { Agent, request } from "node:http";
import { expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { checkInvariants, freshTenant, randomBlob, robotToken, storedBytes } from "#lib/testing/index.ts";
import { startServer } from "./matrix/world.ts";

it("a server that is told to stop takes no new request and finishes the upload under way", async () => {
  const server = await startServer();
  const t = await freshTenant();
  const { secret } = await robotToken(t.ctx, ["registry.pull", "registry.push"]);
  const authorization = `Bearer ${secret}`;
  const bytes = randomBlob(300_000);
  const uploads = `${server.url}/v2/${t.repository.name}/blobs/uploads/`;
  const begun = await fetch(uploads, { method: "POST", headers: { authorization } });
  const location = begun.headers.get("location") ?? "";
  const headers = { authorization, "content-length": String(bytes.length) };
  // As a proxy does, which has its connection for whoever asks next.
  const agent = new Agent({ keepAlive: true });
  const put = request(`${server.url}${location}?digest=${digestOf(bytes)}`, { method: "PUT", headers, agent });
  const answered = once(put, "response");
  put.write(bytes.subarray(0, 100_000));
  const id = location.split("/").at(-1) ?? "";
  await expect.poll(async () => (await db().upload.findUnique({ where: { id } }))?.leaseId ?? null).not.toBeNull();

  const stopped = server.stop();
  const refused = () =>
    fetch(`${server.url}/api/health/live`, { headers: { connection: "close" } }).then(String, () => "refused");
  await expect.poll(refused, { timeout: 10_000 }).toBe("refused");
  put.end(bytes.subarray(100_000));

  const [answer] = (await answered) as [{ statusCode: number; resume(): void }];
  answer.resume();
  expect(answer.statusCode).toBe(201);
  expect(await stopped).toBe(0);
  agent.destroy();
  expect((await storedBytes(digestOf(bytes))).equals(bytes)).toBe(true);
  expect(await checkInvariants([t.tenant.id])).toEqual([]);
});
