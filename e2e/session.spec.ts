import { expect, test } from "playwright/test";
import { at, demo, signedIn } from "./demo.ts";

test("a cookie that was copied ends with the sign-out, and can't be renewed", async ({ browser, playwright }) => {
  const { page, context } = await signedIn(browser, "operator");
  const copied = await playwright.request.newContext({ storageState: await context.storageState() });
  const products = () => copied.get(at("/products"), { maxRedirects: 0 });
  expect((await products()).status()).toBe(200);

  await page.goto(at("/products"));
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in/);

  const refused = await products();
  expect(refused.status()).toBe(307);
  expect(refused.headers().location).toContain("/sign-in");
  expect((await copied.get(`${demo.url}/api/auth/session`)).status()).toBe(404);
  await copied.dispose();
  await context.close();
});
