import { readFileSync } from "node:fs";
import { expect, test } from "playwright/test";
import { at, demo, signedIn, toasted } from "./demo.ts";

test("an owner looks at what is fetched, narrows who runs what, and takes the table along", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "owner");
  await page.goto(at("/products"));
  await page.getByRole("link", { name: "Insight", exact: true }).click();
  await page.waitForURL(/\/insight$/);
  const chart = page.getByRole("region", { name: "Pulls and downloads in the last 30 days" });
  const reader = chart.getByRole("slider");
  await reader.focus();
  await expect(reader).toHaveAttribute("aria-valuetext", /\(not over yet\): \d+ pulls?, \d+ downloads?$/);
  const today = await reader.getAttribute("aria-valuetext");
  await page.keyboard.press("ArrowLeft");
  await expect(reader).not.toHaveAttribute("aria-valuetext", today ?? "");
  await page.getByRole("link", { name: "A year" }).click();
  await expect(page.getByRole("region", { name: "Pulls and downloads in the last 365 days" })).toBeVisible();

  await page.getByRole("table", { name: "Use by product" }).getByRole("link", { name: "Acme Agent" }).click();
  const versions = page.getByRole("table", { name: "Members by version" });
  await expect(versions.getByRole("row").filter({ hasText: "2.0.0" })).toContainText("Latest");
  await versions.getByRole("link", { name: /with 1\.0\.0$/ }).click();
  await page.waitForURL(/adopters\?/);
  const adopters = page.getByRole("table", { name: "Who runs what" });
  const who = (name: string) => adopters.getByRole("link", { name, exact: true });
  await expect(who("Unentitled")).toBeVisible();
  await expect(who("Entitled")).toHaveCount(0);
  await page.getByLabel("Version or range").fill("newest");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page.getByText("“newest” is no version and no range")).toBeVisible();
  await expect(who("Entitled")).toBeVisible();
  await page.getByLabel("Version or range").fill("<2.0");
  await page.getByLabel("Behind by at least (versions)").fill("1");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/behind=1/);
  await expect(who("Entitled")).toHaveCount(0);

  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: /^CSV/ }).click();
  const csv = await coming;
  expect(csv.suggestedFilename()).toMatch(/^acme-agent-adopters-\d{4}-\d\d-\d\d\.csv$/);
  const [head, ...lines] = readFileSync(await csv.path(), "utf8")
    .trim()
    .split("\r\n");
  expect(head).toMatch(/^member,name,/);
  const addresses = lines.map((line) => line.split(",")[0]);
  expect(addresses).toContain(demo.people.unentitled.email);
  expect(addresses).not.toContain(demo.people.entitled.email);
  await page.goto(at("/audit"));
  await expect(page.getByText("insight.exported").first()).toBeVisible();
  await context.close();
});

test("a member reads their own history, and says on the portal that no letters shall come", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "entitled");
  await page.goto(at("/downloads"));
  await page.getByRole("link", { name: "My history" }).click();
  const history = page.getByRole("table", { name: "My pulls and downloads" });
  await expect(history).toContainText("token “demo”");
  await expect(history).toContainText(`${demo.tenant}/enterprise:`);
  await page.getByRole("link", { name: "Next page" }).click();
  await page.waitForURL(/after=/);
  await expect(history).toContainText("Acme Agent");
  await page.getByLabel("Product").selectOption({ label: "Acme Agent" });
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/product=agent/);
  await expect(history).not.toContainText("Acme Enterprise");

  await page.goto(at("/downloads"));
  const letters = page.getByRole("switch", { name: "Tell me about new versions" });
  await expect(letters).toBeChecked();
  await letters.click();
  await toasted(page, /No letters about new versions will come/);
  await page.reload();
  await expect(letters).not.toBeChecked();
  await letters.click();
  await toasted(page, /You will be told of new versions/);
  await context.close();
});
