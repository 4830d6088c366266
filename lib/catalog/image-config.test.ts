import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseImageConfig } from "./image-config.ts";

const parse = (value: unknown) => parseImageConfig(Buffer.from(JSON.stringify(value)));

describe("a config", () => {
  it("is read as image-spec, “Image Configuration”, has it", () => {
    expect(
      parse({
        os: "linux",
        architecture: "arm64",
        variant: "v8",
        created: "2026-01-01T00:00:00Z",
        config: {
          Env: ["A=1"],
          Entrypoint: ["/bin/agent"],
          Cmd: null,
          Labels: { title: "Agent" },
          User: "10001",
          WorkingDir: "/srv",
          ExposedPorts: { "8080/tcp": {} },
        },
        history: [{ created_by: "COPY a b" }, { created_by: "ENV A=1", empty_layer: true }],
      }),
    ).toEqual({
      platform: "linux/arm64/v8",
      created: "2026-01-01T00:00:00Z",
      env: ["A=1"],
      entrypoint: ["/bin/agent"],
      cmd: [],
      labels: [["title", "Agent"]],
      user: "10001",
      workdir: "/srv",
      ports: ["8080/tcp"],
      volumes: [],
      history: [
        { createdBy: "COPY a b", emptyLayer: false },
        { createdBy: "ENV A=1", emptyLayer: true },
      ],
    });
  });

  it("with parts of another form is read without them", () => {
    const config = parse({
      os: 7,
      architecture: {},
      config: { Env: "x", Entrypoint: [1], Labels: [], User: {} },
      history: [7, {}],
    });
    expect(config).toMatchObject({ platform: null, env: [], entrypoint: [], user: null });
    expect(config?.history).toEqual([
      { createdBy: "", emptyLayer: false },
      { createdBy: "", emptyLayer: false },
    ]);
  });

  it("has labels that are no text as the JSON they are, and goes on where one can't be made a string", () => {
    const Labels = { a: "text", b: 7, c: { toString: 1, valueOf: 1 } };
    expect(parse({ config: { Labels, User: "root" } })).toMatchObject({
      user: "root",
      labels: [
        ["a", "text"],
        ["b", "7"],
        ["c", '{"toString":1,"valueOf":1}'],
      ],
    });
  });

  it("of no use is none: no JSON, no object, no UTF-8", () => {
    expect(parseImageConfig(Buffer.from("{"))).toBeNull();
    expect(parseImageConfig(Buffer.from([0xff, 0xfe]))).toBeNull();
    expect(parse([])).toBeNull();
    expect(parse("x")).toBeNull();
    expect(parseImageConfig(Buffer.from("[".repeat(100_000)))).toBeNull();
  });

  it("that is huge is shown in part", () => {
    const config = parse({ config: { Env: Array.from({ length: 5000 }, () => "x".repeat(9000)) } });
    expect([config?.env.length, config?.env[0]?.length]).toEqual([500, 4000]);
  });

  it("of any content at all never throws", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (config, history) => {
        parse({ config, history });
        parse(config);
      }),
    );
  });
});
