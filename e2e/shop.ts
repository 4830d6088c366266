import { expect, type Page } from "playwright/test";
import { at, demo, repositoryOf } from "./demo.ts";

/** The storefront of the demo. */
export const store = `${demo.url}/store/${demo.tenant}`;

/** Where the stand-in for Stripe is. @throws where the demo runs without one */
function standIn(): string {
  if (!demo.stripe) throw new Error("the demo runs without a stand-in for Stripe");
  return demo.stripe;
}

/** The control page of the stand-in: what its customer with this address bought. */
export async function customerAt(page: Page, email: string) {
  await page.goto(standIn());
  return page.getByRole("article", { name: email, exact: true });
}

/** Waits until the stand-in has no event left to deliver. */
export async function delivered(page: Page): Promise<void> {
  const text = async () => (await page.request.get(standIn())).text();
  await expect.poll(text, { message: "all events are delivered" }).toContain("None waits.");
}

/** Presses a button of the control page, and waits until Purser heard of what follows. */
export async function happen(page: Page, button: { click(): Promise<void> }): Promise<void> {
  await button.click();
  await page.waitForLoadState();
  await delivered(page);
}

/** Buys an offer of the storefront and pays; ends on the page that says it is theirs. */
export async function buy(page: Page, offer: string): Promise<void> {
  await page.goto(store);
  await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: `Buy ${offer}`, exact: true }).click();
  await page.waitForURL(/\/checkout\/cs_test_/);
  await page.getByRole("button", { name: /^Pay .* with card 4242$/ }).click();
  await page.waitForURL(/\/thanks\?/);
  await expect(page.getByText("It is yours now.")).toBeVisible();
}

/** A personal token, made on the member's own page. */
export async function newToken(page: Page): Promise<string> {
  await page.goto(at("/downloads/tokens"));
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("shop");
  await dialog.getByRole("button", { name: "New token" }).click();
  const secret = dialog.getByRole("region", { name: "Secret" });
  await expect(secret).toHaveText(/^purser_pat_/);
  const text = (await secret.textContent()) ?? "";
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  return text;
}

/** What a pull is answered, as a container client asks: first a token of the registry, then the manifest. */
export async function pull(image: string, token: string): Promise<{ status: number; text: string }> {
  const [name, tag] = [repositoryOf(image), image.slice(image.lastIndexOf(":") + 1)];
  const { host } = new URL(demo.url);
  const scope = `repository:${name}:pull`;
  const login = await fetch(`${demo.url}/auth/token?service=${host}&scope=${encodeURIComponent(scope)}`, {
    headers: { authorization: `Basic ${Buffer.from(`token:${token}`).toString("base64")}` },
  });
  const bearer = ((await login.json()) as { token?: string }).token ?? "";
  const headers = {
    authorization: `Bearer ${bearer}`,
    accept: "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json",
  };
  const response = await fetch(`${demo.url}/v2/${name}/manifests/${tag}`, { headers });
  return { status: response.status, text: await response.text() };
}

/** Opens the billing portal from the member's downloads. */
export async function openPortal(page: Page): Promise<void> {
  await page.goto(at("/downloads"));
  await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: "Manage membership" }).click();
  await page.waitForURL(/\/portal\/bps_/);
}
