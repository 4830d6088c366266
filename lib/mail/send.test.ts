import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setEnv } from "../env.ts";
import { type Letter, listOutbox, sendMail } from "./index.ts";

/** A mail server that keeps what it is given (RFC 5321) and turns one address away. */
const taken: { to: string; text: string }[] = [];

const ANSWERS: Record<string, string> = { DATA: "354 go on", QUIT: "221 bye" };

function serveMail(socket: Socket): void {
  let to = "";
  let text: string | null = null;
  let rest = "";
  const say = (line: string) => socket.write(`${line}\r\n`);
  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase();
    to = /^RCPT TO:<(.*)>/i.exec(line)?.[1] ?? to;
    if (verb === "DATA") text = "";
    say(verb === "RCPT" && to.startsWith("refused") ? "550 no such person" : (ANSWERS[verb] ?? "250 ok"));
  };
  const read = (line: string) => {
    if (text === null) return command(line);
    if (line !== ".") {
      text += `${line}\n`;
      return;
    }
    taken.push({ to, text });
    text = null;
    say("250 taken");
  };
  socket.on("data", (chunk) => {
    const lines = (rest + chunk.toString()).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) read(line);
  });
  say("220 here");
}

let server: Server;
const dir = mkdtempSync(path.join(tmpdir(), "purser-mail-"));

beforeAll(async () => {
  server = createServer(serveMail).listen(0, "127.0.0.1");
  await once(server, "listening");
  setEnv({
    DATABASE_URL: "postgresql://localhost/none",
    PURSER_SECRET: "a secret for tests alone: 0123456789 abcdef",
    PUBLIC_URL: "https://purser.example.com",
    DATA_DIR: dir,
    LOG_LEVEL: "silent",
  });
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true });
});

const letter = (changes: Partial<Letter> = {}): Letter => ({
  to: "ana@example.com",
  subject: "Your account",
  paragraphs: ["Somebody asked for this.", "If it was not you, leave it alone."],
  link: { label: "Go on", url: "https://purser.example.com/register/confirm?token=x&y=1" },
  ...changes,
});

async function sent(changes: Partial<Letter>): Promise<string> {
  setEnv({ SMTP_URL: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}` });
  await sendMail(letter(changes));
  return (taken.at(-1)?.text ?? "").replaceAll("=\n", "").replaceAll("=3D", "=");
}

describe("a letter by SMTP", () => {
  it("comes from us, with its words and its link as text and as HTML", async () => {
    const text = await sent({});
    expect(taken.at(-1)?.to).toBe("ana@example.com");
    expect(text).toMatch(/^From: Purser <no-reply@purser\.example\.com>$/m);
    expect(text).toMatch(/^Subject: Your account$/m);
    expect(text).toContain("\nhttps://purser.example.com/register/confirm?token=x&y=1\n");
    expect(text).toContain('<a href="https://purser.example.com/register/confirm?token=x&amp;y=1">Go on</a>');
  });

  it("shows names as text, and takes no line of theirs for a header", async () => {
    const text = await sent({
      subject: "You are invited to Acme\r\nBcc: eve@example.com",
      paragraphs: ["<b>Acme</b> & Co invites you."],
    });
    expect(text).not.toMatch(/^Bcc:/m);
    expect(text).toContain("<p>&lt;b&gt;Acme&lt;/b&gt; &amp; Co invites you.</p>");
    expect(taken.at(-1)?.to).toBe("ana@example.com");
  });

  it("tells mail programs how they end letters of its kind, where it says so", async () => {
    const unsubscribe = "https://purser.example.com/api/mail/releases?token=x";
    const text = await sent({ unsubscribe });
    expect(text.replace(/\n\s+/g, " ")).toContain(`List-Unsubscribe: <${unsubscribe}>`);
    expect(text).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m);
    expect(await sent({})).not.toContain("List-Unsubscribe");
  });

  it("that the server does not take is told, and is not kept as sent", async () => {
    const before = taken.length;
    await expect(sent({ to: "refused@example.com" })).rejects.toMatchObject({ code: "unavailable" });
    expect(taken).toHaveLength(before);
  });
});

describe("a letter without a server", () => {
  it("lies in the outbox, for our own account's eyes alone, the newest first", async () => {
    setEnv({ SMTP_URL: "" });
    await sendMail(letter({ subject: "The first" }));
    await sendMail(letter({ subject: "The second" }));
    expect((await listOutbox()).map(({ subject }) => subject)).toEqual(["The second", "The first"]);
    expect((await listOutbox(1))[0]).toMatchObject({
      to: "ana@example.com",
      text: expect.stringContaining("token=x&y=1"),
    });
    const outbox = path.join(dir, "outbox");
    const modes = [outbox, ...readdirSync(outbox).map((file) => path.join(outbox, file))];
    expect(modes.map((file) => statSync(file).mode & 0o077)).toEqual([0, 0, 0]);
  });
});
