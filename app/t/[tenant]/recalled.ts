import { plural } from "#lib/format.ts";
import { runSoon } from "#lib/jobs/index.ts";
import { log } from "#lib/log.ts";
import { type MadeRecall, shortLabel } from "#lib/recalls/index.ts";

/** What an action that recalls something answers, with the recall's page; its letters are on their way. */
export async function recalled(slug: string, { recall: { id, label, product }, changed, letters }: MadeRecall) {
  if (letters > 0) await sendLettersSoon();
  const name = shortLabel(label);
  const told = letters > 0 ? ` ${plural(letters, "letter")} on the way.` : "";
  const message = changed ? `${name} is recalled.${told}` : `${name} was recalled before: nothing was changed.`;
  return { message, data: { href: `/t/${slug}/products/${product.slug}/recalls/${id}` } };
}

/** They go out with the next minute in any case. */
export async function sendLettersSoon(): Promise<void> {
  await runSoon("recall-letters").catch((error: Error) => log.warn({ error: error.message }, "letters have to wait"));
}
