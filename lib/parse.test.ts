import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parse } from "./parse.ts";

const Schema = z.strictObject({
  name: z.string().max(5),
  slug: z.string().regex(/^[a-z]+$/, "may have only a–z"),
  count: z.number().int().min(1).max(9).optional(),
  kind: z.enum(["a", "b"]).optional(),
  id: z.uuid().optional(),
});

const fieldsOf = (input: unknown) => {
  try {
    parse(Schema, input);
    return null;
  } catch (error) {
    return (error as { fields: Record<string, string> }).fields;
  }
};

describe("what is wrong with an input", () => {
  it("is said field by field, in words for the person who typed it", () => {
    expect(fieldsOf({ name: "abcdef", slug: "A" })).toEqual({
      name: "may have at most 5 characters",
      slug: "may have only a–z",
    });
    expect(fieldsOf({ name: 1, slug: "a", count: 0, kind: "c", id: "x" })).toEqual({
      name: "must be text",
      count: "must be at least 1",
      kind: "must be one of a, b",
      id: "is not an id",
    });
  });

  it("is that it is missing, where nothing was typed", () => {
    expect(fieldsOf({ slug: "" })).toEqual({ name: "is missing", slug: "is missing" });
  });

  it("names the fields that are not known", () => {
    expect(fieldsOf({ name: "a", slug: "a", isAdmin: true, x: 1 })).toEqual({
      isAdmin: "is not a field here",
      x: "is not a field here",
    });
  });

  it("never speaks the library's language", () => {
    const odd = [
      null,
      [],
      5,
      "x",
      { name: {}, slug: [], count: "1", kind: 5, id: {} },
      { name: "a".repeat(9), slug: {} },
    ];
    for (const input of odd) expect(JSON.stringify(fieldsOf(input))).not.toMatch(/expected|Invalid|Too (big|small)/);
  });
});
