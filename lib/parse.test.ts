import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parse } from "./parse.ts";

const Input = z.strictObject({
  id: z.uuid("is not an id"),
  tags: z.array(z.string().max(3, "is too long")).default([]),
});
const ID = "0190a6e0-0000-7000-8000-000000000000";

describe("a verb's input", () => {
  it("is taken as the schema has it, defaults filled in", () => {
    expect(parse(Input, { id: ID })).toEqual({ id: ID, tags: [] });
  });

  it.each<[string, unknown, Record<string, string>]>([
    ["a field that nobody knows", { id: ID, admin: true }, { admin: "is not a field here" }],
    ["an operator where a value belongs", { id: { not: "" } }, { id: "is not an id" }],
    ["a list where a value belongs", { id: [ID] }, { id: "is not an id" }],
    ["a bad element, by its place", { id: ID, tags: ["ok", "long"] }, { "tags.1": "is too long" }],
  ])("is refused for %s", (_, input, fields) => {
    expect(() => parse(Input, input)).toThrow(expect.objectContaining({ code: "invalid", fields }));
  });

  it("is refused whole where it is no object at all", () => {
    for (const input of [null, undefined, "x", 1, []]) {
      expect(() => parse(Input, input)).toThrow(expect.objectContaining({ code: "invalid" }));
    }
  });
});
