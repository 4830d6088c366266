import { describe, expect, it } from "vitest";
import { Slots } from "./slots.ts";

/** Work that ends when it is told to. */
function held(slots: Slots, key: string) {
  let started = false;
  let end: () => void = () => undefined;
  const ended = slots.use(key, async () => {
    started = true;
    await new Promise<void>((resolve) => {
      end = resolve;
    });
  });
  return {
    isStarted: () => started,
    end: async () => {
      end();
      await ended;
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("slots", () => {
  it("let so many work under one key, and others' work past those who wait", async () => {
    const slots = new Slots({ all: 3, each: 2, waiting: 10 });
    const [a, b, c] = [held(slots, "x"), held(slots, "x"), held(slots, "x")];
    const other = held(slots, "y");
    await settled();
    expect([a, b, c, other].map((one) => one.isStarted())).toEqual([true, true, false, true]);
    await a.end();
    await settled();
    expect(c.isStarted()).toBe(true);
    for (const one of [b, c, other]) await one.end();
  });

  it("let so many work in all, in the order in which they came", async () => {
    const slots = new Slots({ all: 1, each: 1, waiting: 1 });
    const [a, b] = [held(slots, "x"), held(slots, "y")];
    expect([slots.hasRoom("x"), slots.hasRoom("y")]).toEqual([true, false]);
    await settled();
    expect(b.isStarted()).toBe(false);
    await a.end();
    await settled();
    expect(b.isStarted()).toBe(true);
    await b.end();
  });

  it("are given back by work that failed", async () => {
    const slots = new Slots({ all: 1, each: 1, waiting: 1 });
    await expect(slots.use("x", () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    expect(await slots.use("x", async () => "done")).toBe("done");
  });
});
