import { setEnv } from "#lib/env.ts";
import { type Fixture, startUpstream } from "#lib/testing/index.ts";
import type { ApiAnswer } from "./api.contract.ts";

type Ask = (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;

/** Asks every call about upstream registries once, of a registry of the test's own. */
export async function askUpstreams(t: Fixture, ask: Ask): Promise<ApiAnswer[]> {
  setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
  const upstream = await startUpstream();
  upstream.image("1.0");
  const added = await ask("POST", "/v1/upstreams", { name: "Hub", url: upstream.url });
  const registry = `/v1/upstreams/${added.json.id}`;
  const repository = `${t.repository.name}/mirror`;
  const made = await ask("POST", "/v1/mirrors", { repository, registryId: added.json.id, path: "team/app" });
  const mirror = `/v1/mirrors/${made.json.repositoryId}`;
  const answers = [
    added,
    made,
    await ask("GET", "/v1/upstreams"),
    await ask("GET", registry),
    await ask("PATCH", mirror, { patterns: ["1.*"] }),
    await ask("POST", `${mirror}/import`, {}),
    await ask("DELETE", mirror, {}),
    await ask("PATCH", registry, { name: "Another" }),
    await ask("PUT", `${registry}/credentials`, {}),
    await ask("DELETE", registry, {}),
  ];
  await upstream.stop();
  return answers;
}
