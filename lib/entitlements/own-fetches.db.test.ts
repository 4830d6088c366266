import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { fetchesOf, freshTenant, publishAsset } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { listOwnFetches } from "./index.ts";

type Tenant = Awaited<ReturnType<typeof freshTenant>>;

const asMember = (t: Tenant, { userId, email } = t.member) => t.by({ type: "user", id: userId, email, role: null });

async function tokenOf(userId: string, name: string): Promise<string> {
  const data = { kind: "personal", userId, name, secretHash: newId(), scopes: [] } as const;
  return (await db().accessToken.create({ data: { ...data, scopes: [] } })).id;
}

describe("one's own history", () => {
  it("has pulls and downloads, newest first, with the token or the browser that it was", async () => {
    const t = await freshTenant();
    const { pull, download } = fetchesOf(t);
    const laptop = await tokenOf(t.member.userId, "laptop");
    const file = await publishAsset(t, { product: t.product, release: { version: "1.2.0" } });
    const of = { productId: t.product.id, memberId: t.member.id };
    await pull("06-01T10:00", { ...of, actor: `token:${laptop}`, tag: "1.2", digest: "sha256:aa" });
    await download("06-03T10:00", {
      ...of,
      actor: `user:${t.member.userId}`,
      releaseId: file.releaseId,
      assetId: file.id,
    });
    await pull("06-02T10:00", { ...of, actor: `token:${newId()}`, digest: "sha256:bb" });

    const { fetches, next } = await listOwnFetches(asMember(t), t.member.id);

    expect(next).toBe(null);
    expect(
      fetches.map(({ kind, image, file, token }) => [kind, image?.tag, image?.digest, file?.filename, token]),
    ).toEqual([
      ["download", undefined, undefined, "app.tar.gz", null],
      ["pull", null, "sha256:bb", undefined, null],
      ["pull", "1.2", "sha256:aa", undefined, "laptop"],
    ]);
    expect(fetches[0]?.file?.version).toBe("1.2.0");
    const first = await listOwnFetches(asMember(t), t.member.id, { limit: 2 });
    const rest = await listOwnFetches(asMember(t), t.member.id, { limit: 2, after: first.next ?? undefined });
    expect([...first.fetches, ...rest.fetches].map(({ id }) => id)).toEqual(fetches.map(({ id }) => id));
    expect(rest.next).toBe(null);
  });

  it("is nobody else's, no other tenant's and no other product's, and stays when what was fetched is gone", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const second = await t.addProduct();
    const there = await db().member.create({ data: { tenantId: other.tenant.id, userId: t.member.userId } });
    await fetchesOf(t).pull("06-01T10:00", { productId: t.product.id, memberId: t.member.id });
    await fetchesOf(t).download("06-01T11:00", { productId: second.id, memberId: t.member.id, releaseId: newId() });
    await fetchesOf(t).pull("06-01T10:00", { productId: t.product.id, memberId: (await t.addMember()).id });
    await fetchesOf(other).pull("06-01T10:00", { productId: other.product.id, memberId: there.id });

    const of = async (filter = {}) =>
      (await listOwnFetches(asMember(t), t.member.id, filter)).fetches.map(({ kind, product }) => [kind, product.slug]);
    expect(await of()).toEqual([
      ["download", second.slug],
      ["pull", t.product.slug],
    ]);
    expect(await of({ product: t.product.slug })).toEqual([["pull", t.product.slug]]);
    expect((await listOwnFetches(asMember(other, t.member), there.id)).fetches).toHaveLength(1);
    expect((await listOwnFetches(asMember(other, t.member), t.member.id)).fetches).toEqual([]);
    await expect(listOwnFetches(t.ctx, null)).rejects.toMatchObject({ code: "not_found" });
  });
});
