import type { ApiAnswer } from "./api.contract.ts";

type Ask = (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;

/** Asks every call about policies once, of a policy of the test's own. */
export async function askPolicies(ask: Ask): Promise<ApiAnswer[]> {
  const document = { products: [], patterns: ["never-*"] };
  const made = await ask("POST", "/v1/policies", { kind: "immutability", name: "Stay", document });
  const policy = `/v1/policies/${made.json.policyId}`;
  const looked = async (number: number | null) => {
    const answer = await ask("POST", `${policy}/preview`, { number });
    return { answer, fingerprint: answer.json.fingerprint as string };
  };
  const written = await ask("PUT", `${policy}/draft`, { number: 1, document, note: "As asked." });
  const first = await looked(1);
  const activated = await ask("POST", `${policy}/activate`, { number: 1, fingerprint: first.fingerprint });
  const drafted = await ask("POST", `${policy}/drafts`, { number: 1 });
  const discarded = await ask("DELETE", `${policy}/draft`, { number: 2 });
  const end = await looked(null);
  const archived = await ask("POST", `${policy}/archive`, { fingerprint: end.fingerprint });
  const back = await looked(1);
  const restored = await ask("POST", `${policy}/restore`, { number: 1, fingerprint: back.fingerprint });
  await ask("POST", `${policy}/archive`, { fingerprint: (await looked(null)).fingerprint });
  const rule = { keepLast: 1, olderThanDays: 0 };
  return [
    ...[made, written, first.answer, activated, drafted, discarded, archived, restored],
    await ask("GET", "/v1/policies"),
    await ask("GET", policy),
    await ask("PATCH", policy, { name: "Stay put", description: "" }),
    await ask("POST", `${policy}/prune/preview`, rule),
    await ask("POST", `${policy}/prune`, { ...rule, expected: [] }),
    await ask("DELETE", policy, { confirm: "Stay put" }),
  ];
}
