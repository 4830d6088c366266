import { type Browser, expect, type Page } from "playwright/test";
import { at, signedIn } from "./demo.ts";

/** Where a page with an id in its address is found: on which page, by what link. */
const FOUND: Record<string, { on: string; link: RegExp }> = {
  "/products/agent/releases/": { on: "/products/agent/releases?status=draft", link: /^2\.1\.0$/ },
  "/members/": { on: "/members", link: /^Entitlements of/ },
  "/repositories/": { on: "/products/agent", link: /^[a-z]+\/agent$/ },
  "/runs/": { on: "/runs?state=done", link: /./ },
  "/compliance/": { on: "/compliance", link: /./ },
  "/groups/": { on: "/groups", link: /./ },
};

/** The address of a page of the demo's tenant; `*` stands for the id of the first one that is listed. */
export async function addressOf(page: Page, path: string): Promise<string> {
  const [before = "", after] = path.split("*");
  const found = FOUND[before];
  if (after === undefined || !found) return at(path);
  await page.goto(at(found.on));
  const listed = page.locator("#main").getByRole("link", { name: found.link });
  const links = await listed.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  const href = links.find((one) => one.includes(before)) ?? "";
  return at(href.replace(/^\/t\/[^/]+/, "") + after);
}

/** Makes sure that there is a group, and with a snapshot a run that is over: whoever looks at one of each finds them. */
export async function haveOneOfEach(browser: Browser): Promise<void> {
  const { page, context } = await signedIn(browser, "owner");
  const rows = (name: string) => page.getByRole("table", { name }).getByRole("row");
  await page.goto(at("/compliance"));
  if ((await rows("Snapshots").count()) === 0) {
    await page.getByRole("button", { name: "Take a snapshot" }).click();
    await page.waitForURL(/\/runs\//);
    await expect(page.locator("#main").getByText("Done", { exact: true })).toBeVisible({ timeout: 60_000 });
  }
  await page.goto(at("/groups"));
  if ((await rows("Groups").count()) === 0) {
    await page.getByRole("button", { name: "Add group" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Partners");
    await page.getByRole("dialog").getByRole("button", { name: "Add group" }).click();
    await expect(rows("Groups").first()).toBeVisible();
  }
  await context.close();
}
