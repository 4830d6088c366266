import { type Browser, expect, type Page, test } from "playwright/test";
import { at, demo, repositoryOf, rowOf, signedIn } from "./demo.ts";

const repository = repositoryOf(demo.images.open);

test("a viewer reaches the switch by keyboard, is told why it is off, and nothing changes", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "readonly");
  await page.goto(at("/products"));
  const control = rowOf(page, repository).getByRole("switch");
  await expect(control).toHaveAttribute("aria-disabled", "true");
  const reason = await reasonOf(page);

  await tabTo(page, control);
  await expect(page.getByRole("tooltip")).toContainText(reason);
  for (const key of ["Enter", "Space"]) await page.keyboard.press(key);
  // A disabled control is nothing that Playwright would click by itself.
  await control.click({ force: true });
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.reload();
  await expect(control).not.toBeChecked();
  await context.close();
});

test("a forged action of a viewer is refused with the switch's own sentence and changes nothing", async ({
  browser,
}) => {
  const forged = await captureAction(browser);
  const { page, context } = await signedIn(browser, "readonly");
  await page.goto(at("/products"));
  const reason = await reasonOf(page);

  const answer = await context.request.post(forged.url, { headers: forged.headers, data: forged.body });
  expect(answer.status()).toBe(403);
  expect(await answer.text()).toContain(reason);

  await page.goto(at("/audit?outcome=denied&search=product.restrict"));
  const row = page.getByRole("row").filter({ hasText: demo.people.readonly.email }).first();
  await expect(row).toContainText("Denied");
  await expect(row).toContainText(reason);
  await page.goto(at("/products"));
  await expect(rowOf(page, repository).getByRole("switch")).not.toBeChecked();
  await context.close();
});

test("a forged action of a stranger is 404, and on another page than its own it is not run at all", async ({
  browser,
}) => {
  const forged = await captureAction(browser);
  const { context } = await signedIn(browser, "stranger");
  const send = (url: string) => context.request.post(url, { headers: forged.headers, data: forged.body });
  const answer = await send(forged.url);
  expect(answer.status()).toBe(404);
  expect(await answer.text()).not.toMatch(/restrict|not allowed|"ok"/i);
  // Next sends it on to the page that it belongs to, through the gate, and has nothing to answer.
  for (const path of ["/tenants", "/"]) expect(await (await send(demo.url + path)).text(), path).toBe("{}");
  await context.close();
});

async function reasonOf(page: Page): Promise<string> {
  const id = await rowOf(page, repository).getByRole("switch").getAttribute("aria-describedby");
  const reason = await page.locator(`[id="${id}"]`).textContent();
  expect(reason).toMatch(/not allowed to .+\. Ask an owner/);
  return reason ?? "";
}

async function tabTo(page: Page, control: ReturnType<Page["locator"]>): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if (await control.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error("the switch is not reached by Tab");
}

/** The request that the owner's page would send to restrict the product; it is caught on its way and never arrives. */
async function captureAction(
  browser: Browser,
): Promise<{ url: string; headers: Record<string, string>; body: string }> {
  const { page, context } = await signedIn(browser, "owner");
  await page.goto(at("/products"));
  await rowOf(page, repository).getByRole("switch").click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await page.route("**/products", (route) => route.abort());
  const sent = page.waitForRequest((request) => request.method() === "POST");
  await dialog.getByRole("button", { name: "Restrict" }).click();
  const request = await sent;
  const { accept, "content-type": type, "next-action": action, "next-router-state-tree": tree } = request.headers();
  await context.close();
  const headers = {
    accept,
    "content-type": type,
    "next-action": action,
    "next-router-state-tree": tree,
    origin: demo.url,
  };
  return { url: request.url(), headers: headers as Record<string, string>, body: request.postData() ?? "" };
}
