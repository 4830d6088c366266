import { createReadStream, existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { isAppError } from "#lib/errors.ts";
import { SetupError } from "./data-dir.ts";
import { fail, passphraseIn, reachDatabase } from "./instance-database.ts";
import { prepare } from "./prepare.ts";

/** `npm run restore -- <file> --passphrase-file <file>`: the whole instance into an empty database. */
try {
  const options = { "passphrase-file": { type: "string" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [file] = positionals;
  if (!file || !existsSync(file)) throw new SetupError("say what: npm run restore -- <file> --passphrase-file <file>");
  const passphrase = passphraseIn(values["passphrase-file"]);
  prepare();
  reachDatabase();
  const { applyMigrations } = await import("#lib/db/index.ts");
  const { env } = await import("#lib/env.ts");
  await applyMigrations(env().DATABASE_URL);
  const { restoreInstance } = await import("#lib/backup/index.ts");
  const manifest = await restoreInstance(() => createReadStream(file), { passphrase });
  const rows = Object.values(manifest.tables).reduce((sum, table) => sum + table.rows, 0);
  const bytes = manifest.withBytes ? "with" : "without";
  console.log(
    `Restored ${rows} rows of ${manifest.takenAt}, ${manifest.blobs.length} layers and files ${bytes} their bytes.`,
  );
  process.exit(0);
} catch (error) {
  fail(error, isAppError(error));
}
