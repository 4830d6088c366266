import { BACKUP_RUNS, openDownload, setPassphrase } from "#lib/backup/index.ts";
import { performRuns } from "#lib/runs/index.ts";
import type { Fixture } from "#lib/testing/index.ts";
import type { ApiAnswer } from "./api.contract.ts";

type Ask = (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;

const passphrase = "four words nobody guesses";

/** Makes, verifies, looks at and restores a backup, brings its file back and deletes it: every call about backups once. */
export async function askBackups(t: Fixture, call: Ask): Promise<ApiAnswer[]> {
  await setPassphrase(t.ctx, { passphrase });
  const answers: ApiAnswer[] = [];
  const ask: Ask = async (...asked) => {
    const answer = await call(...asked);
    answers.push(answer);
    return answer;
  };
  const work = () => performRuns({ signal: AbortSignal.timeout(60_000), runs: BACKUP_RUNS });
  await ask("POST", "/v1/backups", {});
  await work();
  const [{ id }] = (await ask("GET", "/v1/backups")).json.backups;
  const backup = `/v1/backups/${id}`;
  await ask("GET", backup);
  await ask("POST", `${backup}/verify`, {});
  const { runId } = (await ask("POST", `${backup}/look`, { part: "settings", passphrase })).json;
  await work();
  await ask("GET", `${backup}/looks/${runId}`);
  await ask("POST", `${backup}/restore`, { lookedAt: runId, passphrase });
  const file = await (await openDownload(t.ctx, id, { part: true })).read();
  const upload = (await ask("POST", "/v1/backup-uploads", {})).json;
  await ask("PUT", `/v1/backup-uploads/${upload.id}`, Buffer.concat(await file.toArray()));
  await ask("POST", `/v1/backups/${upload.id}/open`, { passphrase });
  await work();
  const opened = (await ask("GET", `/v1/backups/${upload.id}`)).json;
  await ask("DELETE", `/v1/backups/${upload.id}`, { confirm: opened.startedAt.slice(0, 16).replace("T", " ") });
  return answers;
}
