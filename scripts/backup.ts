import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { isAppError } from "#lib/errors.ts";
import { SetupError } from "./data-dir.ts";
import { fail, passphraseIn, reachDatabase } from "./instance-database.ts";
import { prepare } from "./prepare.ts";

/** `npm run backup -- --to <file> --passphrase-file <file> [--blobs]`: the whole instance as one file, while it serves. */
try {
  const options = {
    to: { type: "string" },
    "passphrase-file": { type: "string" },
    blobs: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options });
  const { to } = values;
  if (!to) throw new SetupError("say where to: npm run backup -- --to <file> --passphrase-file <file> [--blobs]");
  const passphrase = passphraseIn(values["passphrase-file"]);
  prepare();
  reachDatabase();
  const { backUpInstance } = await import("#lib/backup/index.ts");
  const archive = await backUpInstance({ passphrase, withBytes: values.blobs ?? false });
  const beside = `${to}.part`;
  try {
    await pipeline(archive.stream, createWriteStream(beside, { mode: 0o600 }));
    await archive.filled;
    await rename(beside, to);
  } catch (error) {
    await rm(beside, { force: true });
    await archive.filled;
    throw error;
  }
  console.log(`${to}: ${(await stat(to)).size} bytes, SHA-256 ${archive.sha256()}`);
  process.exit(0);
} catch (error) {
  fail(error, isAppError(error));
}
