import { describe, expect, it } from "vitest";
import { newId } from "../../ids.ts";
import { oneFetch } from "./one-fetch.ts";

/** As if the next call came in another process: nothing but the database is shared. */
function inAnotherProcess(): void {
  Reflect.deleteProperty(globalThis, Symbol.for("purser.fetches"));
}

describe("a fetch that several ask for at once", () => {
  it("is made once, in one process and in several; who waits gets what was kept", async () => {
    const key = newId();
    let [kept, fetched] = ["", 0];
    const wanted = () => ({
      key,
      registryId: key,
      kept: async () => kept || null,
      fetch: async () => {
        fetched++;
        await new Promise((resolve) => setTimeout(resolve, 100));
        kept = "kept";
        return kept;
      },
    });
    const first = [oneFetch(wanted()), oneFetch(wanted())];
    inAnotherProcess();
    const second = [oneFetch(wanted()), oneFetch(wanted())];
    expect(await Promise.all([...first, ...second])).toEqual(["kept", "kept", "kept", "kept"]);
    expect(fetched).toBe(1);
  });

  it("fails for all who wait here, and is tried again by the next", async () => {
    const key = newId();
    let fetched = 0;
    const failing = () => ({
      key,
      registryId: key,
      kept: async () => null,
      fetch: async () => {
        fetched++;
        throw new Error("down");
      },
    });
    const results = await Promise.allSettled([oneFetch(failing()), oneFetch(failing())]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(oneFetch(failing())).rejects.toThrow("down");
    expect(fetched).toBe(2);
  });
});
