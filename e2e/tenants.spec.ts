import { type Browser, expect, type Page, test } from "playwright/test";
import { demo, signedIn, toasted } from "./demo.ts";

const unique = () => `j${Date.now().toString(36)}`;

/** A workspace of the journey's own, registered by the instance's admin as a person would. */
async function registered(
  browser: Browser,
  name: string,
): Promise<{ page: Page; slug: string; close(): Promise<void> }> {
  const { page, context } = await signedIn(browser, "admin");
  await page.goto(`${demo.url}/tenants?all`);
  await page.getByRole("link", { name: "New workspace" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  const slug = await page.getByLabel("Short name").inputValue();
  await page.getByRole("button", { name: "Register" }).click();
  await page.waitForURL(`${demo.url}/t/${slug}/products`);
  return { page, slug, close: () => context.close() };
}

test("an instance admin registers a workspace, whose short name nobody gets again; others are told why not", async ({
  browser,
}) => {
  const name = `Journey ${unique()}`;
  const { page, slug, close } = await registered(browser, name);
  expect(slug).toBe(name.toLowerCase().replace(" ", "-"));
  await expect(page.getByRole("button", { name: `${name}, switch workspace` })).toContainText("owner");

  await page.goto(`${demo.url}/tenants/new`);
  await page.getByLabel("Name", { exact: true }).fill("Another");
  await page.getByLabel("Short name").fill(slug);
  await page.getByRole("button", { name: "Register" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "is taken, or was once" })).toBeVisible();
  await close();

  const { page: others, context } = await signedIn(browser, "stranger");
  await others.goto(`${demo.url}/tenants?all`);
  const link = others.getByRole("link", { name: "New workspace" });
  await expect(link).toHaveAttribute("aria-disabled", "true");
  await link.focus();
  await expect(others.getByRole("tooltip")).toContainText("Only the instance's admins register workspaces");
  await context.close();
});

test("settings are saved, and a storefront is open to all while it is on", async ({ browser }) => {
  const { page, slug, close } = await registered(browser, `Shop ${unique()}`);
  await page.goto(`${demo.url}/t/${slug}/settings`);
  await page.getByLabel("Grace days").fill("99");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Grace days must be at most 90" })).toBeVisible();
  await page.getByLabel("Grace days").fill("30");
  await page.getByLabel("Public storefront").check();
  await page.getByRole("button", { name: "Save" }).click();
  await toasted(page, /Saved/);

  const stranger = await (await browser.newContext()).newPage();
  const answer = await stranger.goto(`${demo.url}/store/${slug}`);
  expect(answer?.status()).toBe(200);
  await expect(stranger.getByText("Nothing is offered yet")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Grace days")).toHaveValue("30");
  await page.getByLabel("Public storefront").uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(async () => (await stranger.goto(`${demo.url}/store/${slug}`))?.status()).toBe(404);
  await stranger.context().close();
  await close();
});

test("a workspace is archived and opened again, deleted by its name and kept after all", async ({ browser }) => {
  const name = `Closing ${unique()}`;
  const { page, slug, close } = await registered(browser, name);
  const dialog = page.getByRole("dialog");
  const banner = page.getByRole("region", { name: "State of the workspace" });
  await page.goto(`${demo.url}/t/${slug}/settings`);
  await page.getByRole("button", { name: "Archive" }).click();
  await expect(dialog).toContainText("lose access with their next request");
  await dialog.getByRole("button", { name: "Archive" }).click();
  await toasted(page, /now archived/);
  await page.goto(`${demo.url}/t/${slug}/products`);
  await expect(banner).toContainText("archived");
  await expect(page.getByRole("button", { name: "Add product" })).toHaveAttribute("aria-disabled", "true");

  await page.goto(`${demo.url}/t/${slug}/settings`);
  await page.getByRole("button", { name: "Unarchive" }).click();
  await dialog.getByRole("button", { name: "Unarchive" }).click();
  await expect(banner).toHaveCount(0);

  await page.getByRole("button", { name: "Delete" }).click();
  await dialog.getByLabel("Name of the workspace").fill("something else");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog.getByRole("alert")).toContainText(`must be ${name}`);
  await dialog.getByLabel("Name of the workspace").fill(name);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(banner).toContainText("This workspace is deleted on");
  await page.goto(`${demo.url}/t/${slug}/team`);
  await banner.getByRole("button", { name: "Undo the deletion" }).click();
  await toasted(page, /kept, and open again/);
  await expect(banner).toHaveCount(0);
  await close();
});

test("the switcher finds a workspace by keyboard, and the choice is remembered", async ({ browser }) => {
  const tag = unique();
  const first = await registered(browser, `First ${tag}`);
  await first.close();
  const { page, slug, close } = await registered(browser, `Second ${tag}`);
  const trigger = page.getByRole("button", { name: /switch workspace$/ });
  await trigger.focus();
  await page.keyboard.press("Enter");
  const field = page.getByRole("combobox", { name: "Search workspaces" });
  await expect(field).toBeFocused();
  await page.keyboard.type(tag);
  const options = page.getByRole("option");
  await expect(options).toHaveCount(2);
  await expect(options.first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowDown");
  await expect(options.last()).toHaveAttribute("aria-selected", "true");
  await expect(options.last().getByRole("img", { name: "current" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${demo.url}/t/${first.slug}/products`);
  await page.goto(`${demo.url}/tenants`);
  await page.waitForURL(`${demo.url}/t/${first.slug}/products`);

  await trigger.click();
  await page.keyboard.type("%");
  await expect(page.getByText("None matches.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(trigger).toBeFocused();
  expect(slug).not.toBe(first.slug);
  await close();
});
