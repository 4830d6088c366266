import type { Page } from "playwright/test";

/** What a run's page shows of it. */
export const bar = (page: Page) => page.getByRole("progressbar", { name: "How far it is" });
export const log = (page: Page) => page.getByRole("list", { name: "Log" }).getByRole("listitem");
export const state = (page: Page, word: string) => page.getByRole("main").getByText(word, { exact: true });
