import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { env } from "../env.ts";
import { newId, timeOfId } from "../ids.ts";

/** A letter that nobody sent: there is no SMTP server in the settings. */
export interface OutboxLetter {
  id: string;
  at: Date;
  to: string;
  subject: string;
  text: string;
}

/** Whether letters stay here: there is no SMTP server in the settings. */
export function hasOutbox(): boolean {
  return !env().SMTP_URL;
}

/** Where letters are kept while there is no SMTP server. */
export function outboxDir(): string {
  return path.join(env().DATA_DIR, "outbox");
}

/** Keeps a letter as a text file that a person can read; its name begins with the time. */
export async function keepInOutbox({ to, subject, text }: Omit<OutboxLetter, "id" | "at">): Promise<void> {
  // The links in it open accounts: nobody else on the machine may read them.
  await mkdir(outboxDir(), { recursive: true, mode: 0o700 });
  const file = path.join(outboxDir(), `${newId()}.txt`);
  await writeFile(`${file}.part`, `To: ${to}\nSubject: ${subject}\n\n${text}\n`, { mode: 0o600 });
  await rename(`${file}.part`, file);
}

/** The last letters, the newest first. */
export async function listOutbox(limit = 50): Promise<OutboxLetter[]> {
  const newest = (await outboxFiles()).sort().reverse().slice(0, limit);
  return Promise.all(newest.map(async (file) => letterOf(file, await readFile(path.join(outboxDir(), file), "utf8"))));
}

/** How many letters there are. */
export async function countOutbox(): Promise<number> {
  return (await outboxFiles()).length;
}

async function outboxFiles(): Promise<string[]> {
  const files = await readdir(outboxDir()).catch(() => []);
  return files.filter((file) => /^[0-9a-f-]{36}\.txt$/.test(file));
}

function letterOf(file: string, content: string): OutboxLetter {
  const [, to = "", subject = "", text = ""] = /^To: (.*)\nSubject: (.*)\n\n([\s\S]*)$/.exec(content) ?? [];
  const id = file.replace(/\.txt$/, "");
  return { id, at: timeOfId(id), to, subject, text };
}
