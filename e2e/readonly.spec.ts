import { expect, type Locator, type Page, test } from "playwright/test";
import { addressOf, haveOneOfEach } from "./addresses.ts";
import { signedIn } from "./demo.ts";

/** Every page of the dashboard, with what is disabled on it for a viewer. */
const PAGES: Record<string, RegExp[]> = {
  "/products": [/^Add product$/, / is restricted$/],
  "/products/agent": [/^Save immutable tags$/],
  "/products/agent/retention": [/^Save retention$/],
  "/products/agent/releases": [/^New release$/],
  "/products/agent/releases/prune": [],
  "/products/agent/recalls": [],
  "/products/agent/releases/*": [
    /^(Publish|Archive|Delete)$/,
    /^Edit notes$/,
    /^(Edit|Remove) agent-/,
    /^Choose files$/,
    /^Add an image$/,
  ],
  "/repositories/*": [],
  "/repositories/*/history": [/^Undo the move of /],
  "/repositories/*/untagged": [],
  "/repositories/*/upstream": [/^Connect a repository$/],
  "/repositories/*/manifest?at=2.0": [/^Recall…$/, /^Delete tag$/, /^Delete image$/],
  "/members": [/^Grant or revoke/],
  "/members/*": [/^Suspend$/, /^Grant a product$/, /^(Grant|Revoke|Change) /],
  "/team": [/^Invite/, /^Change the role of /, /^Remove /],
  "/team/roles": [],
  "/upstream": [/^Add registry$/],
  "/backups": [/^Upload a backup$/, /^Make a backup$/, /^Set a passphrase$/],
  "/providers": [],
  "/providers/stripe": [/^(Check health|Sync inventory)$/],
  "/providers/store": [/^(Check health|Sync inventory)$/],
  "/providers/mail": [/^Check health$/],
  "/providers/directory/settings": [/^(New secret|Sync|Save|Add a group|Disconnect)$|^Revoke the secret/],
  "/runs": [],
  "/policies": [/^Add policy$/],
  "/policies/new": [/^Add policy$/],
  "/runs/*": [],
  "/compliance": [/^Take a snapshot$/],
  "/compliance/*": [],
  "/groups": [/^Add group$/],
  "/groups/*": [/^(Rename|Delete|Add members|Give a product|Give a team role|Change the role)$|^Remove /],
  "/audit": [],
  "/settings": [/^Save/, /^Archive/, /^Delete/],
  "/settings/robots": [/^Add robot$/, /^Rotate /, /^Revoke /],
};

/** What a viewer may do there all the same: look for something, compare, print, copy a line, leave the team. */
const HARMLESS = /^(Search|Copy .+|Leave.*|Preview|Compare|Print)$/;

const REASON = /^Your role, readonly, is not allowed to .+\. Ask .+ of this workspace\.$/;

test("a viewer walks every page by keyboard: each action is reached, is disabled, and says why", async ({
  browser,
}) => {
  await haveOneOfEach(browser);
  const { page, context } = await signedIn(browser, "readonly");
  const posts: string[] = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  for (const [path, disabled] of Object.entries(PAGES)) {
    await page.goto(await addressOf(page, path));
    await page.waitForLoadState("networkidle");
    const seen = await walk(page);
    for (const name of disabled) expect(seen.disabled, `${path} ${name}`).toContainEqual(expect.stringMatching(name));
    for (const name of seen.disabled)
      expect(
        disabled.some((known) => known.test(name)),
        `${path}: ${name}`,
      ).toBe(true);
    for (const name of seen.enabled) expect(name, path).toMatch(HARMLESS);
  }
  expect(posts).toEqual([]);
  await context.close();
});

/** Goes through the page's main part with Tab alone, and tries Enter and Space on whatever is disabled. */
async function walk(page: Page): Promise<{ disabled: string[]; enabled: string[] }> {
  const seen = { disabled: [] as string[], enabled: [] as string[] };
  const controls = page.locator("#main").locator("button, input, select, textarea, [role=switch], a[aria-disabled]");
  const reached = new Set<string>();
  await page.locator("#main").evaluate((main) => {
    for (const [index, element] of [...main.querySelectorAll("*")].entries())
      element.setAttribute("data-at", String(index));
  });
  for (let presses = 0; presses < 400; presses++) {
    await page.keyboard.press("Tab");
    const focused = page.locator("#main :focus");
    if ((await focused.count()) === 0) {
      if (reached.size > 0) break;
      continue;
    }
    const place = (await focused.getAttribute("data-at")) ?? "";
    if (reached.has(place)) break;
    reached.add(place);
    await note(page, focused, seen);
  }
  await everyControlWasReached(controls, reached);
  return seen;
}

async function note(page: Page, focused: Locator, seen: { disabled: string[]; enabled: string[] }): Promise<void> {
  if (!(await focused.evaluate((element) => element.matches("button, [role=switch], a[aria-disabled]")))) return;
  const name = await focused.evaluate(
    (element) => element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "",
  );
  if ((await focused.getAttribute("aria-disabled")) !== "true") {
    seen.enabled.push(name);
    return;
  }
  seen.disabled.push(name);
  const described = await focused.getAttribute("aria-describedby");
  const reasons = await Promise.all(
    (described ?? "").split(" ").map((id) => page.locator(`[id="${id}"]`).first().textContent()),
  );
  expect(reasons.join(" ").trim(), name).toMatch(REASON);
  await expect(page.getByRole("tooltip").first(), name).toContainText("is not allowed to");
  const before = page.url();
  for (const key of ["Enter", "Space"]) await page.keyboard.press(key);
  await expect(page.getByRole("dialog"), name).toHaveCount(0);
  expect(page.url(), name).toBe(before);
}

async function everyControlWasReached(controls: Locator, reached: ReadonlySet<string>): Promise<void> {
  for (const control of await controls.all()) {
    if (!(await control.isVisible()) || (await control.isDisabled())) continue;
    // One of a group of radio buttons is reached by Tab, the others by arrows.
    const [place, type] = [await control.getAttribute("data-at"), await control.getAttribute("type")];
    if (type === "radio" || type === "hidden") continue;
    expect(reached.has(place ?? ""), await control.evaluate((element) => element.outerHTML.slice(0, 200))).toBe(true);
  }
}
