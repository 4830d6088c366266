import axe from "axe-core";
import { expect, type Page } from "playwright/test";

declare global {
  interface Window {
    axe: typeof axe;
  }
}

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** Has axe read what a page shows now: light as at a desk, then dark as on a phone, without loading it again. */
export async function passes(page: Page): Promise<void> {
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: "dark" });
  // It takes the page a moment to find its new layout.
  const beyond = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await expect.poll(beyond, `${page.url()} scrolls sideways on a phone`).toBeLessThanOrEqual(0);
  expect(await violationsOf(page), `${page.url()}, dark on a phone`).toEqual([]);
  await page.setViewportSize(DESK);
  await page.emulateMedia({ colorScheme: "light" });
  expect(await violationsOf(page), `${page.url()}, light at a desk`).toEqual([]);
}

// Axe itself, once a page: its builder for Playwright opens a blank page for each answer, which takes ten times as long.
async function violationsOf(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    // Half-faded text has half the contrast: wait until what moves has come to rest.
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null)));
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    return grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  });
}
