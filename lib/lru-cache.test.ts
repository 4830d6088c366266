import { describe, expect, it } from "vitest";
import { LruCache } from "./lru-cache.ts";

describe("the cache", () => {
  it("forgets what was not used for longest, once it is too heavy", () => {
    const cache = new LruCache<number>(3);
    for (const key of ["a", "b", "c"]) cache.set(key, 1);
    cache.get("a");
    cache.set("d", 1);
    expect(["a", "b", "c", "d"].filter((key) => cache.get(key))).toEqual(["a", "c", "d"]);
  });

  it("weighs an entry that was set again once", () => {
    const cache = new LruCache<number>(10);
    for (let turn = 0; turn < 100; turn++) cache.set("a", turn, 5);
    cache.set("b", 1, 5);
    expect([cache.get("a"), cache.get("b")]).toEqual([99, 1]);
  });

  it("does not keep what is heavier than all of it, and frees the weight of what was deleted", () => {
    const cache = new LruCache<number>(10);
    cache.set("big", 1, 11);
    expect(cache.get("big")).toBeUndefined();
    cache.set("a", 1, 10);
    cache.delete("a");
    cache.set("b", 2, 10);
    expect(cache.get("b")).toBe(2);
  });
});
