import { describe, expect, it } from "vitest";
import { newId, newRequestId, timeOfId } from "./ids.ts";

describe("an id", () => {
  it("is a UUIDv7: version, variant and the millisecond in which it was made", () => {
    const before = Date.now();
    const id = newId();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const madeAt = timeOfId(id).getTime();
    expect(madeAt).toBeGreaterThanOrEqual(before);
    expect(madeAt).toBeLessThanOrEqual(Date.now());
  });

  it("is never given twice", () => {
    expect(new Set(Array.from({ length: 10_000 }, newId)).size).toBe(10_000);
  });
});

describe("a request's id", () => {
  it("is another each time, and always as long", () => {
    const ids = Array.from({ length: 2000 }, newRequestId);
    expect(new Set(ids).size).toBe(2000);
    expect(new Set(ids.map((id) => id.length)).size).toBe(1);
  });
});
