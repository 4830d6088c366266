import { type APIRequestContext, expect, test } from "playwright/test";
import { passes } from "./axe.ts";
import { at, demo, productNameOf, repositoryOf, signedIn, toasted } from "./demo.ts";

const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/** What an identity provider sends with the secret that was just made. */
function directory(request: APIRequestContext, secret: string) {
  const base = `${demo.url}/scim/v2/${demo.tenant}`;
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/scim+json" };
  const send = async (method: string, path: string, data?: unknown) => {
    const answer = await request.fetch(`${base}${path}`, { method, headers, data: data && JSON.stringify(data) });
    const text = await answer.text();
    return { status: answer.status(), body: text ? JSON.parse(text) : null };
  };
  return {
    send,
    async userNamed(userName: string): Promise<string> {
      const made = await send("POST", "/Users", { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName });
      if (made.status === 201) return made.body.id;
      const found = await send("GET", `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`);
      return found.body.Resources[0].id;
    },
    active: (id: string, value: boolean) =>
      send("PATCH", `/Users/${id}`, { schemas: [PATCH_OP], Operations: [{ op: "Replace", path: "active", value }] }),
  };
}

test("a directory says who gets what, and ends it with the next request", async ({ browser, request }) => {
  const [owner, member] = await Promise.all([signedIn(browser, "owner"), signedIn(browser, "unentitled")]);
  const { page } = owner;
  const dialog = page.getByRole("dialog");
  const restricted = repositoryOf(demo.images.restricted);
  const product = await productNameOf(page, restricted);
  const group = `Directory ${Date.now()}`;

  await page.goto(at("/groups"));
  await page.getByRole("main").getByRole("link", { name: "directory", exact: true }).click();
  await page.waitForURL(at("/providers/directory/settings"));
  // A journey that broke off left its own.
  const old = page.getByRole("button", { name: /^Revoke the secret/ });
  for (let left = await old.count(); left > 0; left--) {
    await old.first().click();
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await expect(old).toHaveCount(left - 1);
  }
  await page.getByRole("button", { name: "New secret" }).click();
  const secret = (await dialog.getByRole("region", { name: "Secret" }).textContent()) ?? "";
  expect(secret).toMatch(/^purser_scim_/);
  await passes(page);
  await dialog.getByRole("button", { name: "I have copied it" }).click();

  const scim = directory(request, secret);
  const userId = await scim.userNamed(demo.people.unentitled.email);
  const { body: made } = await scim.send("POST", "/Groups", {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    displayName: group,
    members: [{ value: userId }],
  });
  await page.goto(at(`/groups/${made.id}`));
  await expect(page.getByText("From the directory", { exact: true })).toBeVisible();
  const add = page.getByRole("button", { name: "Add members" });
  await expect(add).toHaveAccessibleDescription(/comes from the directory, over SCIM: change it there/);
  await page.getByRole("button", { name: "Give a product" }).click();
  await dialog.getByLabel("Product").selectOption({ label: product });
  await dialog.getByRole("button", { name: "Give it" }).click();
  await toasted(page, /gives it now/);
  await page.getByRole("button", { name: "Give a team role" }).click();
  await dialog.getByLabel("Role").selectOption("readonly");
  await expect(dialog).toContainText(`${demo.people.unentitled.email} is invited to the team (readonly)`);
  await passes(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();

  const why = member.page.getByRole("region", { name: "The answer" });
  await member.page.goto(at(`/downloads/why?product=${restricted.split("/")[1]}`));
  await expect(why).toContainText("You may pull it");
  await scim.active(userId, false);
  await member.page.reload();
  await expect(why).toContainText("suspended");
  await scim.active(userId, true);
  await member.page.reload();
  await expect(why).toContainText("You may pull it");

  await page.goto(at("/providers/directory/settings"));
  await expect(page.getByRole("table", { name: "Last requests of the directory" })).toContainText(
    `PATCH /Users/${userId}`,
  );
  await page.getByRole("button", { name: "Sync", exact: true }).click();
  await expect(dialog).toContainText("Nobody gains or loses anything by it.");
  await dialog.getByRole("button", { name: "Sync", exact: true }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
  await expect(page.getByText(/looked at, 0 invitations sent/).first()).toBeVisible({ timeout: 60_000 });

  await page.goto(at("/providers/directory/settings"));
  await page.getByRole("button", { name: "Disconnect" }).click();
  await expect(dialog).toContainText("Nobody gains or loses anything by it.");
  await passes(page);
  await dialog.getByLabel("Its groups").selectOption("end");
  await expect(dialog).toContainText(`${demo.people.unentitled.email}: ${product}`);
  await dialog.getByRole("button", { name: "Disconnect" }).click();
  await toasted(page, /is disconnected; 1 group was ended/);
  expect((await scim.send("GET", "/Users")).status).toBe(401);
  await member.page.reload();
  await expect(why).toContainText("does not include this product");
  expect((await page.goto(at(`/groups/${made.id}`)))?.status()).toBe(404);
  await owner.context.close();
  await member.context.close();
});

test("somebody who may only look sees the directory, and what they can't do says why", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "readonly");
  await page.goto(at("/providers/directory/settings"));
  for (const [name, reason] of [
    ["New secret", /not allowed to manage providers/],
    ["Sync", /not allowed to sync groups/],
    ["Disconnect", /not allowed to manage providers/],
  ] as const) {
    const button = page.getByRole("button", { name, exact: true });
    await expect(button).toHaveAttribute("aria-disabled", "true");
    await expect(button).toHaveAccessibleDescription(reason);
  }
  await context.close();
});
