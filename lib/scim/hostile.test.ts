import { describe, expect, it } from "vitest";
import { objectIn } from "./body.ts";
import { operationsOf, patched } from "./patch.ts";
import { personOf } from "./user.ts";

const MIB = 1024 * 1024;
const patch = (...Operations: object[]) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: Operations as never[],
});
const many = (n: number) => Array.from({ length: n }, (_, at) => ({ value: `v${at}` }));

// Each of these took minutes of every other tenant's time; read in one pass they take none worth a word.
describe("what is made to be read slowly", () => {
  it("is refused in one pass: a text that never ends, whose every quotation mark could begin one", () => {
    expect(() => objectIn(`"${'\\"'.repeat(MIB / 2)}`)).toThrow("The body is not JSON.");
    expect(() => objectIn(`{"a":"${"\\\\".repeat(MIB / 2)}`)).toThrow("The body is not JSON.");
  });

  it("is no path where it is longer than any: before an expression goes back and forth over it", () => {
    const path = `urn:ietf:params:scim:schemas:extension:${":User:".repeat(MIB / 8)}\nx`;
    expect(() => operationsOf(patch({ op: "replace", path, value: 1 }))).toThrow("is no path");
  });

  it("is refused by what it would compare, not by how long that took", () => {
    const add = { op: "add", path: "emails", value: many(10_000) };
    const condition = Array.from({ length: 50 }, () => "value eq 1").join(" or ");
    const compare = { op: "replace", path: `emails[${condition}].type`, value: "work" };
    expect(() => patched({}, operationsOf(patch(add, compare)))).toThrow("too much at once");
    const remove = { ...add, op: "remove" };
    expect(() => patched({}, operationsOf(patch(add, remove)))).toThrow("too much at once");
    const value = Object.fromEntries(many(2000).map(({ value }) => [value, 1]));
    expect(() => operationsOf(patch({ op: "replace", value }))).toThrow("at most 1000 attributes");
    expect(() => personOf({ userName: "a", emails: many(20_000) })).toThrow("at most 65536 bytes");
  });
});

describe("brackets within a text", () => {
  it("nest nothing, whatever stands before them", () => {
    const text = JSON.stringify({ a: `\\"${"[".repeat(50)}`, b: `${"{".repeat(50)}\\` });
    expect(Object.keys(objectIn(text))).toEqual(["a", "b"]);
    expect(() => objectIn(`{"a":${"[".repeat(11)}${"]".repeat(11)}}`)).toThrow("nests deeper");
  });
});
