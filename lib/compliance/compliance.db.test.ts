import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { putManifest } from "#lib/catalog/index.ts";
import { db, pool } from "#lib/db/index.ts";
import { grantEntitlement, revokeEntitlement } from "#lib/entitlements/index.ts";
import { performRuns } from "#lib/runs/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, IMAGE, imageOf, pushBlob, pushImage, robotToken } from "#lib/testing/index.ts";
import {
  compareSnapshots,
  listSnapshots,
  snapshotCsv,
  snapshotJson,
  snapshotRun,
  takeSnapshot,
  viewSnapshot,
} from "./index.ts";

const run = promisify(execFile);
const verifier = path.resolve("scripts/verify-snapshot.mjs");

async function taken(t: Fixture): Promise<string> {
  await takeSnapshot(t.as("operator"));
  await performRuns({ signal: new AbortController().signal, runs: [snapshotRun] });
  return (await listSnapshots(t.ctx)).snapshots[0]?.id ?? "";
}

const grantTo = (t: Fixture, memberId: string) =>
  grantEntitlement(t.ctx, { memberId, productId: t.product.id, reason: "asked for" });

async function textOf(lines: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const line of lines) text += line;
  return text;
}

describe("a compliance snapshot", () => {
  it("shows who may have what, why, and what keeps it so", async () => {
    const t = await freshTenant();
    await db().product.update({ where: { id: t.product.id }, data: { requiresEntitlement: true } });
    await grantTo(t, t.member.id);
    await robotToken(t.ctx, ["registry.push"]);
    const pushed = await pushImage(t.ctx, t.repository);
    const { picture, holds, ours } = await viewSnapshot(t.as("readonly"), await taken(t));
    expect({ holds, ours }).toEqual({ holds: true, ours: true });
    expect(picture.takenBy).toBe(t.users.operator.email);
    expect(picture.team.map(({ email, role }) => [email, role])).toContainEqual([t.users.owner.email, "owner"]);
    expect(picture.members).toContainEqual(expect.objectContaining({ email: t.member.email, goodStanding: true }));
    expect(picture.grants).toEqual([
      expect.objectContaining({ email: t.member.email, product: t.product.slug, source: "admin", reason: "asked for" }),
    ]);
    expect(picture.tokens).toContainEqual(
      expect.objectContaining({ kind: "robot", scopes: ["registry.push"], ageDays: 0 }),
    );
    expect(picture.tags).toContainEqual(
      expect.objectContaining({ digest: pushed.digest, signed: false, recalled: false }),
    );
    expect(picture.audit.rows).toBeGreaterThan(0);
    expect(picture.stripe).toBeNull();
  });

  it("knows a signed image by its referrer and by cosign's tag", async () => {
    const t = await freshTenant();
    await pushImage(t.ctx, t.repository, ["plain"]);
    const tagged = await pushImage(t.ctx, t.repository, ["tagged"]);
    await pushImage(t.ctx, t.repository, [`${tagged.digest.replace(":", "-")}.sig`]);
    const referred = await pushImage(t.ctx, t.repository, ["referred"]);
    const config = Buffer.from("{}");
    await pushBlob(t.ctx, t.repository, config);
    const subject = { mediaType: IMAGE, digest: referred.digest, size: referred.bytes.length };
    const artifactType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    const bytes = imageOf(config, [], { subject, artifactType });
    await putManifest(t.ctx, { repository: t.repository, reference: digestOf(bytes), contentType: IMAGE, bytes });
    const { picture } = await viewSnapshot(t.ctx, await taken(t));
    const signedTags = Object.fromEntries(picture.tags.map(({ tag, signed }) => [tag, signed]));
    expect(signedTags).toEqual({ plain: false, tagged: true, referred: true });
  });

  it("is taken where Stripe's key can't be opened, and says so", async () => {
    const t = await freshTenant();
    const bytes = Buffer.from("sealed with the key of another instance");
    const sealed = { restrictedKeyEncrypted: bytes, webhookSecretEncrypted: bytes };
    const about = { accountId: "acct_1", keyHint: "abcd", livemode: false };
    await db().stripeConnection.create({ data: { tenantId: t.tenant.id, ...sealed, ...about } });
    const { picture } = await viewSnapshot(t.ctx, await taken(t));
    expect(picture.stripe).toMatchObject({
      account: "acct_1",
      drift: null,
      problem: expect.stringContaining("can't be opened"),
    });
  });

  it("is taken by operators; who may only look is refused, and nothing is queued", async () => {
    const t = await freshTenant();
    const before = await t.rows();
    await expect(takeSnapshot(t.as("readonly"))).rejects.toMatchObject({ code: "forbidden" });
    expect(await t.rows()).toEqual(before);
  });

  it("is another tenant's to nobody else", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const id = await taken(t);
    for (const ask of [viewSnapshot, snapshotCsv, snapshotJson]) {
      await expect(ask(other.ctx, id)).rejects.toMatchObject({ code: "not_found" });
    }
    await expect(compareSnapshots(other.ctx, { from: id, to: id })).rejects.toMatchObject({ code: "not_found" });
    expect((await listSnapshots(other.ctx)).snapshots).toEqual([]);
  });

  it("can't be changed, not even by hand", async () => {
    const t = await freshTenant();
    const id = await taken(t);
    const change = pool().query("UPDATE compliance_snapshots SET sha256 = 'x' WHERE id = $1", [id]);
    await expect(change).rejects.toThrow("is never changed");
  });

  it("tells what changed between two of them", async () => {
    const t = await freshTenant();
    const first = await grantTo(t, t.member.id);
    const from = await taken(t);
    const bob = await t.addMember();
    await grantTo(t, bob.id);
    await revokeEntitlement(t.ctx, { entitlementId: first.grant.id, reason: "over" });
    const { id: userId } = t.users.operator;
    await db().tenantMembership.updateMany({ where: { tenantId: t.tenant.id, userId }, data: { role: "manager" } });
    await db().tenant.update({ where: { id: t.tenant.id }, data: { graceDays: 3 } });
    const to = await taken(t);
    const { differences } = await compareSnapshots(t.ctx, { from, to });
    const told = differences.map(({ kind, change, key }) => `${kind} ${change} ${key}`);
    expect(told).toContain(`member new ${bob.email}`);
    expect(told).toContain(`grant new ${bob.email} · ${t.product.slug} · admin`);
    expect(told).toContain(`grant gone ${t.member.email} · ${t.product.slug} · admin`);
    expect(told).toContain(`team different ${t.users.operator.email}`);
    expect(told).toContain("policies different policies in force");
    expect((await compareSnapshots(t.ctx, { from, to: from })).differences).toEqual([]);
  });
});

describe("an exported snapshot", () => {
  let [dir, id] = ["", ""];
  let t: Fixture;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "snapshot-"));
    t = await freshTenant();
    await db().product.update({ where: { id: t.product.id }, data: { requiresEntitlement: true } });
    const open = await t.addProduct();
    await db().product.update({ where: { id: open.id }, data: { requiresEntitlement: false } });
    await grantTo(t, t.member.id);
    id = await taken(t);
  });
  afterAll(() => rm(dir, { recursive: true }));

  const check = async (text: string, ...more: string[]) => {
    const file = path.join(dir, "snapshot.json");
    await writeFile(file, text);
    return run(process.execPath, [verifier, file, ...more]).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
    );
  };

  it("is checked without us: as it is, written otherwise, changed by one letter, with another key", async () => {
    const text = await textOf((await snapshotJson(t.ctx, id)).lines);
    const { signature } = await viewSnapshot(t.ctx, id);
    expect(await check(text, signature.publicKey)).toMatchObject({ code: 0 });
    expect(await check(JSON.stringify(JSON.parse(text), null, 2))).toMatchObject({ code: 0 });
    const forged = await check(text.replace('"reason":"asked for"', '"reason":"asked fur"'));
    expect(forged).toMatchObject({ code: 1, stdout: expect.stringContaining("was changed") });
    expect(await check(text, "another")).toMatchObject({ code: 1, stdout: expect.stringContaining("another key") });
    const other = { ...JSON.parse(text), signature: { ...signature, value: Buffer.alloc(64).toString("base64") } };
    expect(await check(JSON.stringify(other))).toMatchObject({ code: 1, stdout: expect.stringContaining("signature") });
  });

  it("is a line for every member and product as CSV, with the source of what they may have", async () => {
    const { lines, filename } = await snapshotCsv(t.ctx, id);
    expect(filename).toMatch(/\.csv$/);
    // A standing has a comma in it, and quotes around it.
    const rows = (await textOf(lines))
      .trim()
      .split("\r\n")
      .slice(1)
      .map((line) => line.replace(/"[^"]*"/, "").split(","));
    const { picture } = await viewSnapshot(t.ctx, id);
    expect(rows).toHaveLength(picture.members.length * picture.products.length);
    const own = rows.filter(([email]) => email === t.member.email);
    expect(own.find((row) => row[2] === t.product.slug)?.slice(3, 6)).toEqual(["yes", "yes", "admin"]);
    expect(own.filter((row) => row[5] === "open to members").length).toBeGreaterThan(0);
  });
});
