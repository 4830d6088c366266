import { NextRequest } from "next/server";
import { encode } from "next-auth/jwt";
import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { createUser } from "#lib/identity/index.ts";
import { enterTenant, leaveTenant } from "#lib/instance/index.ts";
import { accountCtx, type Fixture, freshTenant, newUser, sessionOf } from "#lib/testing/index.ts";
import { newId } from "../../ids.ts";
import { sessionCookieName, sessionSecret } from "../session.ts";
import { NOT_FOUND_HTML } from "../static-page.ts";
import { gate } from "./index.ts";

const ODD = [
  "//products",
  "/products//",
  "/Products",
  "/%70roducts",
  "/products%2f",
  "/a;b",
  "/evt_1",
  "/downloads/evt_1",
  "/a.rsc",
  "/a.txt",
  "/ü",
];

async function ask(path: string, userId?: string, session?: string) {
  const token = { sub: userId, sid: session ?? (userId && (await sessionOf(userId))) };
  const cookie = userId ? `${sessionCookieName()}=${await encode({ token, secret: sessionSecret() })}` : "";
  const answer = await gate(new NextRequest(`http://localhost${path}`, { headers: { cookie } }));
  const passed = answer.headers.get("x-middleware-next") === "1";
  return { status: answer.status, passed, location: answer.headers.get("location"), html: await answer.text() };
}

const stranger = () => createUser({ email: `${newId()}@example.com`, password: newId() });
const inTenant = (t: Fixture, path: string) => `/t/${t.tenant.slug}${path}`;

describe("the gate of /t", () => {
  it("sends whoever is not signed in to sign in, with the way back, workspace or not", async () => {
    const t = await freshTenant();
    for (const slug of [t.tenant.slug, "no-such-workspace"]) {
      const { status, location } = await ask(`/t/${slug}/members?search=a&_rsc=1`);
      expect(status).toBe(307);
      expect(location).toMatch(`/sign-in?callbackUrl=${encodeURIComponent(`/t/${slug}/members?search=a`)}`);
    }
  });

  it("lets the team in, and a member into the portal alone", async () => {
    const t = await freshTenant();
    expect(await ask(inTenant(t, "/products"), t.users.readonly.id)).toMatchObject({ passed: true });
    expect(await ask(inTenant(t, "/billing/events/evt_1Ab_2"), t.users.readonly.id)).toMatchObject({ passed: true });
    for (const path of ["", "/", "/downloads", "/downloads/tokens"]) {
      expect(await ask(inTenant(t, path), t.member.userId), path).toMatchObject({ passed: true });
    }
    for (const path of ["/products", "/downloadsx", "/members/1", "/billing/events/evt_1Ab_2"]) {
      expect(await ask(inTenant(t, path), t.member.userId), path).toMatchObject({ status: 404, html: NOT_FOUND_HTML });
    }
  });

  it("answers a stranger with the same bytes for a workspace of others and one that is not there", async () => {
    const t = await freshTenant();
    const { id } = await stranger();
    for (const path of ["", "/products", "/downloads", ...ODD]) {
      expect(await ask(inTenant(t, path), id), path).toEqual(await ask(`/t/no-such-workspace${path}`, id));
      expect(await ask(inTenant(t, path), id), path).toMatchObject({ status: 404, html: NOT_FOUND_HTML });
    }
  });

  it("turns away an odd path even from the team", async () => {
    const t = await freshTenant();
    for (const path of ODD) {
      expect(await ask(inTenant(t, path), t.users.owner.id), path).toMatchObject({ status: 404, passed: false });
    }
  });

  it("asks to sign in again once the sessions were ended, wherever somebody goes", async () => {
    const t = await freshTenant();
    const { id } = t.users.owner;
    const session = await sessionOf(id);
    expect(await ask(inTenant(t, "/products"), id, session)).toMatchObject({ passed: true });
    await db().session.delete({ where: { id: session } });
    for (const path of [inTenant(t, "/products"), "/t/no-such-workspace"]) {
      expect((await ask(path, id, session)).location).toContain("/sign-in");
    }
  });

  it("remembers the workspace that somebody is in, by a cookie that scripts can't read, and nothing on the way", async () => {
    const t = await freshTenant();
    const token = { sub: t.users.owner.id, sid: await sessionOf(t.users.owner.id) };
    const session = `${sessionCookieName()}=${await encode({ token, secret: sessionSecret() })}`;
    const kept = async (path: string, headers: Record<string, string> = {}) => {
      const request = new NextRequest(`http://localhost${path}`, { headers: { cookie: session, ...headers } });
      return (await gate(request)).headers.get("set-cookie");
    };
    const set = await kept(inTenant(t, "/products"));
    expect(set).toMatch(new RegExp(`^last-workspace=${t.tenant.slug};.*HttpOnly; SameSite=lax`, "i"));
    expect(set).not.toContain("Secure");
    const again = { cookie: `${session}; last-workspace=${t.tenant.slug}` };
    expect(await kept(inTenant(t, "/products"), again)).toBeNull();
    expect(await kept(inTenant(t, "/products"), { "next-router-prefetch": "1" })).toBeNull();
    expect(await kept(inTenant(await freshTenant(), "/products"))).toBeNull();
  });

  it("sends /t itself to the choice of workspaces", async () => {
    const { id } = await stranger();
    for (const path of ["/t", "/t/"]) expect((await ask(path, id)).location).toMatch(/\/tenants$/);
  });
});

describe("the gate of /admin", () => {
  const PATHS = ["/admin", "/admin/", "/admin/users", "/admin/nothing", "/admin/a.rsc", "/admin//users"];

  it("sends whoever is not signed in to sign in", async () => {
    for (const path of PATHS) expect((await ask(path)).location, path).toContain("/sign-in?callbackUrl=%2Fadmin");
  });

  it("answers everyone but instance admins as it does for a workspace that is not there", async () => {
    const t = await freshTenant();
    for (const path of PATHS) {
      const answer = await ask(path, t.users.owner.id);
      expect(answer, path).toEqual(await ask("/t/no-such-workspace", t.users.owner.id));
    }
  });

  it("lets an admin in until the right is taken away, but for odd paths", async () => {
    const admin = await newUser({ isInstanceAdmin: true });
    const passed = async () => Promise.all(PATHS.map(async (path) => (await ask(path, admin.id)).passed));
    expect(await passed()).toEqual([true, true, true, true, false, false]);
    await db().user.update({ where: { id: admin.id }, data: { isInstanceAdmin: false } });
    expect(await passed()).toEqual(PATHS.map(() => false));
  });

  it("lets an admin into a tenant while they are there for support", async () => {
    const [t, admin] = [await freshTenant(), await newUser({ isInstanceAdmin: true })];
    const products = async () => (await ask(inTenant(t, "/products"), admin.id)).passed;
    expect(await products()).toBe(false);
    const reason = "The vendor asked us to look.";
    await enterTenant(accountCtx(admin), { tenantId: t.tenant.id, reason, minutes: 15 });
    expect(await products()).toBe(true);
    await leaveTenant(accountCtx(admin), { tenantId: t.tenant.id });
    expect(await products()).toBe(false);
  });
});
