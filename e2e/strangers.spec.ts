import { expect, test } from "playwright/test";
import { at, demo, signedIn } from "./demo.ts";

const PATHS = [
  "",
  "/",
  "/products",
  "/products/",
  "/products?search=x",
  "/PRODUCTS",
  "/products.rsc",
  "/products;x",
  "/%70roducts",
  "/products%2F",
  "/./products",
  "/members",
  "/members/00000000-0000-7000-8000-000000000000",
  "/audit",
  "/settings/robots",
  "/downloads",
  "/downloads/tokens",
  "/nothing",
];

const HEADERS: Record<string, string>[] = [
  {},
  { rsc: "1" },
  { rsc: "1", "next-router-prefetch": "1" },
  { "x-nextjs-data": "1" },
  { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" },
  { "x-invoke-path": "/" },
  { "x-matched-path": "/" },
  { "next-action": "00" },
];

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

test("a stranger can't tell a workspace from one that is not there", async ({ browser }) => {
  const { context } = await signedIn(browser, "stranger");
  const ask = async (tenant: string, path: string, options: { method?: string; headers?: Record<string, string> }) => {
    const answer = await context.request.fetch(`${demo.url}/t/${tenant}${path}`, { ...options, maxRedirects: 0 });
    return {
      status: answer.status(),
      bytes: (await answer.body()).toString("hex"),
      type: answer.headers()["content-type"],
    };
  };
  const unknown = await ask("no-such-workspace", "/products", {});
  expect(unknown.status).toBe(404);
  for (const path of PATHS) {
    for (const headers of HEADERS)
      expect(await ask(demo.tenant, path, { headers }), `${path} ${JSON.stringify(headers)}`).toEqual(unknown);
  }
  for (const method of METHODS) {
    const here = await ask(demo.tenant, "/products", { method });
    expect(here, method).toEqual(await ask("no-such-workspace", "/products", { method }));
    expect(here.status, method).toBe(404);
  }
  await context.close();
});

test("whoever is not signed in is sent to sign in, workspace or not", async ({ request }) => {
  for (const tenant of [demo.tenant, "no-such-workspace"]) {
    const answer = await request.get(`${demo.url}/t/${tenant}/products`, { maxRedirects: 0 });
    expect(answer.status()).toBe(307);
    expect(answer.headers().location).toContain(`/sign-in?callbackUrl=${encodeURIComponent(`/t/${tenant}/products`)}`);
  }
});

test("a member who is not on the team sees the portal and nothing else", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "entitled");
  await page.goto(at(""));
  await expect(page).toHaveURL(at("/downloads"));
  await expect(page.getByRole("heading", { name: "Downloads" })).toBeVisible();
  for (const path of ["/products", "/members", "/audit", "/settings/robots"]) {
    expect((await page.goto(at(path)))?.status(), path).toBe(404);
  }
  await context.close();
});

test("signing in never leads to another site", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "entitled");
  for (const evil of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
  ]) {
    await page.goto(`${demo.url}/sign-in?callbackUrl=${encodeURIComponent(evil)}`);
    expect(new URL(page.url()).origin, evil).toBe(demo.url);
  }
  await context.close();
});
