import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { db } from "#lib/db/index.ts";
import { type Fixture, fetchesOf, freshTenant, FETCHED_NOW as NOW, tiedRelease } from "#lib/testing/index.ts";
import type { Ctx } from "../context.ts";

import { type ExportInsight, exportInsight } from "./index.ts";

async function exported(ctx: Ctx, input: z.input<typeof ExportInsight>) {
  const { filename, lines } = await exportInsight({ ...ctx, now: NOW }, input);
  let text = "";
  for await (const line of lines) text += line;
  return { filename, lines: text.split("\r\n").slice(0, -1) };
}

async function used(): Promise<Fixture> {
  const t = await freshTenant({ product: { name: "=HYPERLINK(A1)" } });
  await db().user.update({ where: { id: t.member.userId }, data: { name: '+"Ana", B' } });
  const release = await tiedRelease(t, "1.0.0", "published");
  const { pull, download } = fetchesOf(t);
  await download("06-15T10:00", { productId: t.product.id, memberId: t.member.id, releaseId: release.id });
  await pull("06-14T10:00", { productId: t.product.id, memberId: t.member.id, tag: "edge" });
  return t;
}

describe("insight as CSV", () => {
  it("has each table whole, with no cell that a spreadsheet runs, and is in the log", async () => {
    const t = await used();
    const { slug } = t.product;
    const reader = t.as("readonly");

    const days = await exported(reader, { of: "days", days: "7" });
    expect(days.filename).toBe(`${t.tenant.slug}-days-2041-06-15.csv`);
    expect([days.lines.length, days.lines[0], days.lines.at(-1)]).toEqual([8, "day,pulls,downloads", "2041-06-15,0,1"]);
    expect((await exported(reader, { of: "products" })).lines).toEqual([
      "product,name,pulls,downloads,members,last_fetched",
      `${slug},'=HYPERLINK(A1),1,1,1,2041-06-15T10:00:00.000Z`,
    ]);
    expect((await exported(reader, { of: "versions", product: slug })).lines).toEqual([
      "version,tag,state,recalled,latest,members,share,last_fetched",
      "1.0.0,,published,no,yes,1,1,2041-06-15T10:00:00.000Z",
    ]);
    expect((await exported(reader, { of: "members" })).lines).toEqual([
      "member,name,pulls,downloads,last_fetched,runs",
      `${t.member.email},"'+""Ana"", B",1,1,2041-06-15T10:00:00.000Z,${slug} 1.0.0`,
    ]);
    const adopters = await exported(reader, { of: "adopters", product: slug, behind: 1 });
    expect(adopters.filename).toBe(`${t.tenant.slug}-${slug}-adopters-2041-06-15.csv`);
    expect(adopters.lines).toEqual(["member,name,in_good_standing,version,tag,state,recalled,behind,last_fetched"]);
    expect((await exported(reader, { of: "adopters", product: slug })).lines[1]).toBe(
      `${t.member.email},"'+""Ana"", B",yes,1.0.0,,published,no,0,2041-06-15T10:00:00.000Z`,
    );
    expect(await t.lastAudit()).toMatchObject({
      action: "insight.exported",
      outcome: "done",
      after: { table: "adopters", product: slug },
    });
  });

  it("is refused to who may not see members, of another tenant's product, and of a table that is none", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const adopters = { of: "adopters", product: other.product.slug } as const;
    await expect(exported(t.as(null), { of: "days" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(exported(t.ctx, adopters)).rejects.toMatchObject({ code: "not_found" });
    await expect(exported(t.ctx, { of: "tokens" } as never)).rejects.toMatchObject({ code: "invalid" });
    expect((await t.lastAudit())?.action).not.toBe("insight.exported");
  });
});
