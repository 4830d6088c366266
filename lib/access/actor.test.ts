import { describe, expect, it } from "vitest";
import { type Actor, actorKey, actorLabel } from "./index.ts";

const personal: Actor = {
  type: "token",
  id: "7",
  kind: "personal",
  name: "laptop",
  user: { id: "1", email: "ana@example.com" },
  scopes: [],
  role: null,
};

describe("an actor in the log", () => {
  it("has a key that tells users, tokens and ourselves apart", () => {
    expect(actorKey({ type: "user", id: "1", email: "ana@example.com", role: null })).toBe("user:1");
    expect(actorKey(personal)).toBe("token:7");
    expect(actorKey({ type: "stripe" })).toBe("stripe");
    expect(actorKey({ type: "system" })).toBe("system");
    expect(actorKey({ type: "anonymous" })).toBe("anonymous");
  });

  it("is named in words: who, and by which token", () => {
    expect(actorLabel(personal)).toBe("ana@example.com (token “laptop”)");
    expect(actorLabel({ ...personal, kind: "robot", name: "ci", user: null })).toBe("robot ci");
    expect(actorLabel({ type: "stripe" })).toBe("Stripe");
    expect(actorLabel({ type: "system" })).toBe("Purser");
  });
});
