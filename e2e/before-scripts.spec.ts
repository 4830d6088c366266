import { test } from "playwright/test";
import { passes } from "./axe.ts";
import { at, signedIn } from "./demo.ts";

const PATHS = ["/downloads", "/downloads/products/agent", "/downloads/tokens", "/products", "/products/agent", "/team"];

test("pages whose scripts are still on their way pass axe and fit a phone", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "owner");
  await page.route(/\/_next\/static\/.*\.js/, (route) => route.abort());
  for (const path of PATHS) {
    await page.goto(at(path));
    await passes(page);
  }
  await context.close();
});
