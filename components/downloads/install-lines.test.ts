import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type Install, installTools } from "./install-lines.ts";

const INSTALL: Install = {
  registry: { host: "purser.example", insecure: false },
  url: "https://purser.example",
  tenant: "acme",
  product: "agent",
  username: "ana@acme.example",
  image: { repository: "acme/agent", reference: "1.0", chart: false },
  file: { id: "0190", filename: "agent.tar.gz", sha256: "ab".repeat(32) },
};

const linesOf = (install: Install, tool: string) =>
  installTools(install)
    .find(({ value }) => value === tool)
    ?.lines.map(({ value }) => value)
    .join("\n");

describe("install lines", () => {
  it("name the registry, the person and the version for each tool", () => {
    expect(installTools(INSTALL).map(({ value }) => value)).toEqual([
      "docker",
      "podman",
      "skopeo",
      "compose",
      "helm",
      "curl",
    ]);
    expect(linesOf(INSTALL, "docker")).toBe(
      "docker login purser.example -u ana@acme.example\ndocker pull purser.example/acme/agent:1.0",
    );
    expect(linesOf(INSTALL, "compose")).toContain("    image: purser.example/acme/agent:1.0\n");
    expect(linesOf(INSTALL, "curl")).toContain("https://purser.example/v1/downloads/0190");
  });

  it("pin a digest with @, and turn TLS off only where the registry has none", () => {
    const digest = `sha256:${"c".repeat(64)}`;
    const image = { repository: "acme/agent", reference: digest, chart: false };
    const plain = { ...INSTALL, registry: { host: "localhost:3000", insecure: true }, image };
    expect(linesOf(plain, "docker")).toContain(`localhost:3000/acme/agent@${digest}`);
    expect(linesOf(plain, "podman")).toContain("pull --tls-verify=false ");
    expect(linesOf(INSTALL, "podman")).not.toContain("tls-verify");
    expect(linesOf(plain, "helm")).toContain(`digest: "${digest}"`);
  });

  it("install a chart with helm alone", () => {
    const chart = {
      ...INSTALL,
      image: { repository: "acme/agent/chart", reference: "1.0.0", chart: true },
      file: null,
    };
    expect(installTools(chart).map(({ value }) => value)).toEqual(["helm"]);
    expect(linesOf(chart, "helm")).toContain(
      "helm install agent oci://purser.example/acme/agent/chart --version 1.0.0",
    );
  });

  it("keep a file's name one word of the shell's, whatever is in it", () => {
    const filename = 'it\'s $(touch x) `y` "z".tar';
    const line = linesOf({ ...INSTALL, file: { id: "1", filename, sha256: "a" } }, "curl")?.split("\n")[1] ?? "";
    const heard = execFileSync("sh", ["-c", line.replace("| sha256sum -c", "")], { encoding: "utf8" });
    expect(heard).toBe(`a  ${filename}\n`);
  });

  it("are none where there is neither image nor file", () => {
    expect(installTools({ ...INSTALL, image: null, file: null })).toEqual([]);
  });
});
