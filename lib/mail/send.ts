import { createTransport, type Transporter } from "nodemailer";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { log } from "../log.ts";
import { processGlobal } from "../process-global.ts";
import { keepInOutbox } from "./outbox.ts";

export interface Letter {
  /** One address, normalised (EmailAddress). */
  to: string;
  subject: string;
  /** Paragraphs of plain text. */
  paragraphs: readonly string[];
  /** What the letter is for; it stands after the first paragraph. */
  link?: { label: string; url: string };
  /** Where a mail program ends letters of this kind by a POST (RFC 8058). */
  unsubscribe?: string;
}

const TIMEOUT_MS = 10_000;

/** Sends a letter and waits until the server took it. @throws unavailable where it did not */
export async function sendMail(letter: Letter): Promise<void> {
  const { SMTP_URL } = env();
  if (!SMTP_URL) return keepInOutbox({ ...letter, text: textOf(letter) });
  try {
    const { to, subject } = letter;
    const content = { text: textOf(letter), html: htmlOf(letter), headers: headersOf(letter) };
    await transport(SMTP_URL).sendMail({ from: sender(), to, subject, ...content });
  } catch (error) {
    log.warn({ error: (error as Error).message }, "a letter could not be sent");
    throw new AppError("unavailable", "The mail could not be sent now. Try again in a moment.", {
      cause: error,
      retryAfterSeconds: 30,
    });
  }
}

/** Why the mail server of the settings would not take a letter, in its own words; null where it would, or there is none. */
export async function mailProblem(): Promise<string | null> {
  const { SMTP_URL } = env();
  if (!SMTP_URL) return null;
  return transport(SMTP_URL)
    .verify()
    .then(
      () => null,
      (error: Error) => error.message,
    );
}

/** Sends a letter after the answer: how long that takes must not tell whether an account exists. A failure is logged. */
export function sendMailLater(letter: Letter): void {
  sendMail(letter).catch((error: Error) => log.error({ error: error.message }, "a letter was lost"));
}

function transport(url: string): Transporter {
  return processGlobal("mail", () =>
    createTransport({
      url,
      pool: true,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
    }),
  );
}

function sender(): string {
  const { MAIL_FROM, PUBLIC_URL } = env();
  return MAIL_FROM ?? `Purser <no-reply@${new URL(PUBLIC_URL).hostname}>`;
}

function headersOf({ unsubscribe }: Letter): Record<string, string> {
  if (!unsubscribe) return {};
  return { "List-Unsubscribe": `<${unsubscribe}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
}

function textOf({ paragraphs, link }: Letter): string {
  const [first = "", ...rest] = paragraphs;
  return [first, ...(link ? [`${link.label}:\n${link.url}`] : []), ...rest].join("\n\n");
}

function htmlOf({ paragraphs, link }: Letter): string {
  const [first = "", ...rest] = paragraphs.map((text) => `<p>${escaped(text)}</p>`);
  const button = link ? `<p><a href="${escaped(link.url)}">${escaped(link.label)}</a></p>` : "";
  return `<!doctype html><html lang="en"><body>${first}${button}${rest.join("")}</body></html>`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
