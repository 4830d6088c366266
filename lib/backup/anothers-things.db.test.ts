import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { recallImage } from "#lib/recalls/index.ts";
import { newUser, pushImage } from "#lib/testing/index.ts";
import { lookAndDo } from "./restore.contract.ts";
import { admin, file, id, newSlug, of, PERSON, PRODUCT, REPOSITORY, uploaded } from "./upload.contract.ts";

describe("a file that anybody made, restored into a new workspace", { timeout: 60_000 }, () => {
  it("recalls no image of another workspace, and keeps nobody from recalling their own", async () => {
    const [t, theirs] = [await admin(), await admin()];
    const { digest } = await pushImage(theirs.ctx, theirs.repository);
    const { id: repositoryId } = await db().repository.findUniqueOrThrow({ where: { name: theirs.repository.name } });
    const image = { repository_id: repositoryId, digest };
    const words = { label: "x", reason: "because", recalled_by: "system", recalled_at: new Date() };
    const recalls = [{ ...of, ...image, ...words, id: id(5), product_id: PRODUCT.id }];
    const recalled_images = [{ ...of, ...image, recall_id: id(5) }];
    const backup = await uploaded(
      t,
      await file({ products: [PRODUCT], repositories: [REPOSITORY], recalls, recalled_images }),
    );
    const into = { slug: newSlug(), name: "Copy" };
    await lookAndDo(t, backup, { into });
    const made = await db().tenant.findUniqueOrThrow({ where: { slug: into.slug } });
    const [recall] = await db().recall.findMany({ where: { tenantId: made.id }, include: { images: true } });
    // What is gone from the backup is gone there, too, under one id.
    expect(recall?.images.map((one) => one.repositoryId)).toEqual([recall?.repositoryId]);
    expect(await db().recalledImage.count({ where: { repositoryId } })).toBe(0);
    expect(await recallImage(theirs.ctx, { repositoryId, digest, reason: "unsafe" })).toMatchObject({
      changed: true,
    });
  });

  it("makes nobody a member by their id: a person is whose address it is", async () => {
    const t = await admin();
    const [stranger, known] = [await newUser(), await newUser()];
    const users = [
      { ...PERSON, id: stranger.id, email: `p${newSlug()}@example.com` },
      { ...PERSON, ...known },
    ];
    const members = users.map((user, n) => ({ ...of, id: id(8 + n), user_id: user.id }));
    const pulls = { digest: "sha256:1", first_at: new Date(), last_at: new Date(), pulls: 1 };
    const fetched = { ...of, ...pulls, repository_id: REPOSITORY.id, product_id: PRODUCT.id };
    const pulled_by = [{ ...fetched, actor: `user:${stranger.id}` }];
    const backup = await uploaded(
      t,
      await file({ users, members, products: [PRODUCT], repositories: [REPOSITORY], pulled_by }),
    );
    const into = { slug: newSlug(), name: "Copy" };
    await lookAndDo(t, backup, { into });
    const made = await db().tenant.findUniqueOrThrow({ where: { slug: into.slug } });
    const found = await db().member.findMany({ where: { tenantId: made.id }, include: { user: true } });
    expect(found.map(({ user: { email } }) => email).sort()).toEqual(users.map(({ email }) => email).sort());
    // Accounts are listed by their ids, the newest first.
    expect(found.map(({ userId }) => userId[14])).toEqual(["7", "7"]);
    expect(await db().member.count({ where: { userId: stranger.id } })).toBe(0);
    expect(await db().member.count({ where: { userId: known.id } })).toBe(1);
    // Whoever fetched something is shown with their address.
    const fetchers = await db().pulledBy.findMany({ where: { tenantId: made.id } });
    expect(fetchers).toMatchObject([{ actor: expect.stringMatching(/^user:/) }]);
    expect(fetchers[0]?.actor).not.toContain(stranger.id);
  });
});
