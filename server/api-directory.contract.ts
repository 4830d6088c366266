import { createDirectorySecret, listDirectorySecrets } from "#lib/directory/index.ts";
import { setEnv } from "#lib/env.ts";
import type { Fixture } from "#lib/testing/index.ts";
import type { ApiAnswer } from "./api.contract.ts";

type Ask = (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;

const PATH = "/v1/providers/directory";

/** Asks every call about the directory once, to its end; and what a group of it gives the team. */
export async function askDirectory(t: Fixture, ask: Ask): Promise<ApiAnswer[]> {
  setEnv({ GOOGLE_CLIENT_ID: "id", GOOGLE_CLIENT_SECRET: "secret" });
  await createDirectorySecret(t.ctx);
  const [secret] = await listDirectorySecrets(t.ctx);
  const made = await ask("POST", `${PATH}/groups`, { name: "Beta", value: "beta-testers" });
  return [
    made,
    await ask("PUT", `/v1/groups/${made.json.id}/role`, { role: "readonly" }),
    await ask("GET", PATH),
    await ask("PUT", `${PATH}/claim`, { provider: "google", claim: "roles" }),
    await ask("POST", `${PATH}/groups/sync`, {}),
    await ask("DELETE", `${PATH}/secrets/${secret?.id}`, {}),
    await ask("DELETE", `${PATH}?groups=end`, {}),
  ];
}
