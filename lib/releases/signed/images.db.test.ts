import { beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import {
  archiveSigners,
  behind,
  type Fixture,
  freshTenant,
  nameSigners,
  newKeyPair,
  newRelease,
  type Pushed,
  pushImage,
  pushIndex,
  signImage,
} from "#lib/testing/index.ts";
import {
  archiveRelease,
  publishRelease,
  restoreRelease,
  tieImage,
  viewRelease,
  viewSignatures,
  yankRelease,
} from "../index.ts";

const build = newKeyPair();
const before = newKeyPair("Ed25519");

let t: Fixture;
let image: Pushed;
let repositoryId: string;
let releaseId: string;

beforeEach(async () => {
  t = await freshTenant();
  image = await pushImage(t.ctx, t.repository, ["1.2.0"]);
  repositoryId = (await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } })).id;
  releaseId = (await newRelease(t, { version: "1.2.0" })).id;
  await tieImage(t.ctx, { releaseId, repositoryId, reference: "1.2.0" });
});

const publish = () => publishRelease(t.ctx, { releaseId });
const sign = (pair = build, digest = image.digest) => signImage(t.ctx, { repository: t.repository, digest }, { pair });
const refused = { code: "conflict", reason: "unsigned" };
const statusNow = async () => (await viewRelease(t.ctx, { releaseId })).status;

describe("a release whose images need signatures", () => {
  it("is published once each is signed by a key that the policy names", async () => {
    await nameSigners(t, { build });
    const rows = await t.rows();
    await expect(publish()).rejects.toMatchObject(refused);
    expect(await t.rows()).toEqual(rows);
    await sign(newKeyPair());
    await expect(publish()).rejects.toMatchObject(refused);
    await sign();
    expect(await publish()).toMatchObject({ changed: true, release: { status: "published" } });
  });

  it("is not published unsigned while the policy's next version comes into force", async () => {
    await nameSigners(t, { build });
    const archive = "UPDATE policy_versions SET state = 'archived' WHERE tenant_id = $1";
    const next = `INSERT INTO policy_versions (id, tenant_id, policy_id, kind, number, state, document, created_by)
      SELECT gen_random_uuid(), tenant_id, policy_id, kind, number + 1, 'active', document, created_by
      FROM policy_versions WHERE tenant_id = $1`;
    const outcome = await behind({
      hold: async (holder) => {
        await holder.query(archive, [t.tenant.id]);
        await holder.query(next, [t.tenant.id]);
      },
      deed: publish,
    });
    expect(outcome).toMatchObject({ status: "rejected", reason: refused });
    expect(await statusNow()).toBe("draft");
  });

  it("says what is not signed, by whom it must be, and what to type", async () => {
    await nameSigners(t, { build, "release team": before });
    await expect(publish()).rejects.toThrow(
      `1.2.0 can't be published: the policy “House”, version 1, wants what it holds signed by build or release team. Not so signed: ${t.repository.name}:1.2.0 (no signature). Sign it: cosign sign --key cosign.key `,
    );
    await expect(publish()).rejects.toThrow(`/${t.repository.name}@${image.digest}`);
    for (let n = 0; n < 6; n++) {
      await pushImage(t.ctx, t.repository, [`more-${n}`]);
      await tieImage(t.ctx, { releaseId, repositoryId, reference: `more-${n}` });
    }
    await expect(publish()).rejects.toThrow(/\(no signature\) and 2 others\. Sign it/);
  });

  it("needs the tied digest signed: an index, and not the images in it", async () => {
    await nameSigners(t, { build });
    await sign();
    const index = await pushIndex(t.ctx, t.repository, "multi");
    await tieImage(t.ctx, { releaseId, repositoryId, reference: "multi" });
    for (const child of index.children) await sign(build, child);
    await expect(publish()).rejects.toThrow(`${t.repository.name}:multi (no signature)`);
    await sign(build, index.digest);
    expect(await publish()).toMatchObject({ changed: true });
  });

  it("may have it of the key before, as long as the policy names that", async () => {
    await sign(before);
    await nameSigners(t, { before, build });
    await publish();
    await archiveRelease(t.ctx, { releaseId });
    await nameSigners(t, { build });
    await expect(restoreRelease(t.ctx, { releaseId })).rejects.toMatchObject(refused);
    expect(await statusNow()).toBe("archived");
    await sign();
    expect(await restoreRelease(t.ctx, { releaseId })).toMatchObject({ changed: true });
  });

  it("is free again once the policy is archived, and was free before it", async () => {
    await nameSigners(t, { build });
    await expect(publish()).rejects.toMatchObject(refused);
    await archiveSigners(t);
    expect(await publish()).toMatchObject({ changed: true });
    await nameSigners(t, { build });
    // What is published stays, and doing again what is done changes nothing.
    expect(await publish()).toMatchObject({ changed: false });
    expect(await statusNow()).toBe("published");
  });

  it("takes none either while the next version of the policy comes in force", async () => {
    await publish();
    await pushImage(t.ctx, t.repository, ["late"]);
    await nameSigners(t, { before });
    const signers = JSON.stringify([{ name: "build", publicKey: build.publicKey }]);
    const of = "tenant_id = $1 AND state =";
    const tying = await behind({
      hold: async (holder) => {
        await holder.query(`UPDATE policy_versions SET state = 'archived' WHERE ${of} 'active'`, [t.tenant.id]);
        await holder.query(
          `INSERT INTO policy_versions (id, tenant_id, policy_id, kind, number, state, document, created_by)
           SELECT gen_random_uuid(), tenant_id, policy_id, kind, 2, 'active', jsonb_set(document, '{signers}', $2), created_by
           FROM policy_versions WHERE ${of} 'archived'`,
          [t.tenant.id, signers],
        );
      },
      deed: () => tieImage(t.ctx, { releaseId, repositoryId, reference: "late" }),
    });
    const reason = { ...refused, message: expect.stringContaining("version 2") };
    expect(tying).toMatchObject({ status: "rejected", reason });
  });

  it("is not restored to published without them, and to a draft or yanked it is", async () => {
    await publish();
    await yankRelease(t.ctx, { releaseId, reason: "It is slow." });
    await archiveRelease(t.ctx, { releaseId });
    await nameSigners(t, { build });
    expect(await restoreRelease(t.ctx, { releaseId })).toMatchObject({ release: { status: "yanked" } });
    await expect(restoreRelease(t.ctx, { releaseId })).rejects.toMatchObject(refused);
    await sign();
    expect(await restoreRelease(t.ctx, { releaseId })).toMatchObject({ release: { status: "published" } });
  });

  it("takes no unsigned image once it is published", async () => {
    await nameSigners(t, { build });
    await sign();
    await publish();
    const late = await pushImage(t.ctx, t.repository, ["late"]);
    const tie = () => tieImage(t.ctx, { releaseId, repositoryId, reference: "late" });
    const rows = await t.rows();
    await expect(tie()).rejects.toMatchObject({ ...refused, message: expect.stringContaining(late.digest) });
    expect(await t.rows()).toEqual(rows);
    await sign(build, late.digest);
    expect(await tie()).toMatchObject({ changed: true });
  });

  it("and another tenant's policy says nothing of it", async () => {
    const other = await freshTenant();
    await nameSigners(other, { build });
    expect(await publish()).toMatchObject({ changed: true });
  });

  it("shows who signed what", async () => {
    expect(await viewSignatures(t.ctx, { releaseId })).toBeNull();
    await nameSigners(t, { build });
    const key = `${repositoryId} ${image.digest}`;
    const unsigned = await viewSignatures(t.as("readonly"), { releaseId });
    expect(unsigned?.things.get(key)).toMatchObject({ by: [], problem: "no signature" });
    await expect(publish()).rejects.toThrow(`${unsigned?.refusal} Sign it: ${unsigned?.lines[0]}`);
    await sign();
    const signed = await viewSignatures(t.ctx, { releaseId });
    expect(signed).toMatchObject({ refusal: null, lines: [] });
    expect(signed?.things.get(key)).toMatchObject({ by: ["build"], problem: null });
    const other = await freshTenant();
    await expect(viewSignatures(other.ctx, { releaseId })).rejects.toMatchObject({ code: "not_found" });
  });
});
