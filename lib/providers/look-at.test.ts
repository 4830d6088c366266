import { describe, expect, it } from "vitest";
import { lookAt } from "./look-at.ts";
import type { ProviderKind } from "./provider-kind.ts";

const of = { tenant: { id: "", slug: "", name: "" }, now: new Date() };
const kindOf = (check: ProviderKind["check"]): ProviderKind => ({
  kind: "mail",
  label: "Mail",
  about: "",
  page: null,
  list: async () => [],
  check,
  inventory: null,
  apply: null,
});
const never = new AbortController().signal;
const call = { ref: "", report: () => undefined };
const deaf = kindOf(() => new Promise(() => undefined));

describe("a provider that gives no answer", () => {
  it("is found failed when its time is over, in words that say so", async () => {
    expect(await lookAt(deaf, of, { ...call, signal: never, ms: 20 })).toEqual([
      {
        check: "Answers",
        state: "failed",
        words: "Mail gave no answer within 0.02 seconds.",
        fix: expect.stringContaining("See whether it is up"),
      },
    ]);
    const hearing = kindOf(async (_, __, { signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw signal.reason;
    });
    expect(await lookAt(hearing, of, { ...call, signal: never, ms: 20 })).toMatchObject([{ state: "failed" }]);
  });

  it("keeps nobody who stops the check waiting, and is no finding then", async () => {
    const stop = new AbortController();
    const looking = lookAt(deaf, of, { ...call, signal: stop.signal });
    stop.abort(new Error("stopped"));
    await expect(looking).rejects.toThrow("stopped");
  });

  it("is told from one that went wrong by itself", async () => {
    const broken = kindOf(() => Promise.reject(new Error("ours to mend")));
    await expect(lookAt(broken, of, { ...call, signal: never })).rejects.toThrow("ours to mend");
  });
});
