import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "#lib/storage/index.ts";
import { robotToken } from "#lib/testing/index.ts";
import { client, isInstalled, type Journey, newJourney } from "./journey.ts";

const MB = 1024 * 1024;
const installed = (await isInstalled("podman")) && (await isInstalled("skopeo"));
let b: Journey;
let insecure: string[];

/** podman on a storage of its own, below the journey's folder. */
function podman(...args: string[]): Promise<string> {
  const home = path.join(b.folder, "podman");
  const storage = ["--root", `${home}/root`, "--runroot", `${home}/run`, "--tmpdir", `${home}/tmp`];
  return client("podman", [...storage, "--storage-driver", "vfs", ...args], {
    HOME: b.folder,
    XDG_RUNTIME_DIR: home,
    REGISTRY_AUTH_FILE: path.join(b.folder, "podman-auth.json"),
  });
}

const image = (tag: string, part = "") => b.remote(tag, part).replace("docker://", "");

describe.skipIf(!installed)("podman", { timeout: 240_000 }, () => {
  beforeAll(async () => {
    b = await newJourney();
    mkdirSync(path.join(b.folder, "podman"));
    const policy = path.join(b.folder, "policy.json");
    writeFileSync(policy, JSON.stringify({ default: [{ type: "insecureAcceptAnything" }] }));
    insecure = ["--tls-verify=false", "--signature-policy", policy];
    await podman("login", "--tls-verify=false", "-u", "token", "-p", b.secret, b.host);
  });
  afterAll(() => b.close());

  it("pulls what skopeo pushed, pushes it to another repository, and it is the same image", async () => {
    const files: Record<string, string | Buffer>[] = [
      { "etc/os-release": "NAME=podman\n" },
      { "opt/large": randomBytes(50 * MB) },
    ];
    const { image: pushed, descriptor } = b.layout.image("podman", files, { level: 0 });
    await b.copy(b.layout.name("podman", descriptor), b.remote("podman"));
    const id = (await podman("pull", "-q", ...insecure, image("podman"))).trim();
    expect(`sha256:${id}`).toBe(pushed.blobs[0]?.digest);
    await podman("push", "-q", ...insecure, id, b.remote("again", "/podman"));
    expect(JSON.parse(await b.skopeo("inspect", "--config", b.remote("again", "/podman"))).rootfs).toEqual(
      JSON.parse(String(pushed.blobs[0]?.bytes)).rootfs,
    );
    await podman("rmi", "-f", id);
    expect((await podman("pull", "-q", ...insecure, image("again", "/podman"))).trim()).toBe(id);
  });

  it("makes an index of two images, pushes it with both, and pulls it by tag and digest", async () => {
    for (const architecture of ["amd64", "arm64"]) {
      const { descriptor } = b.layout.image(`p-${architecture}`, [{ arch: architecture }], { architecture });
      await b.copy(b.layout.name(`p-${architecture}`, descriptor), b.remote(architecture, "/index"));
    }
    await podman("manifest", "create", "both");
    for (const architecture of ["amd64", "arm64"]) {
      await podman("manifest", "add", "--tls-verify=false", "both", b.remote(architecture, "/index"));
    }
    await podman("manifest", "push", "--all", "-q", "--tls-verify=false", "both", b.remote("both", "/index"));
    const raw = await b.skopeo("inspect", "--raw", b.remote("both", "/index"));
    expect(JSON.parse(raw).manifests).toHaveLength(2);
    const byDigest = image("both", "/index").replace(":both", `@${digestOf(Buffer.from(raw))}`);
    const [tagged, exact] = [
      await podman("pull", "-q", "--arch", "arm64", ...insecure, image("both", "/index")),
      await podman("pull", "-q", "--arch", "arm64", ...insecure, byDigest),
    ];
    expect(tagged).toBe(exact);
    const arch = await podman("image", "inspect", "--format", "{{.Architecture}}", exact.trim());
    expect(arch.trim()).toBe("arm64");
  });

  it("is told the reason where it may not", async () => {
    const { descriptor } = b.layout.image("refused", [{ "etc/os-release": "NAME=refused\n" }]);
    await b.copy(b.layout.name("refused", descriptor), b.remote("there", "/refused"));
    const reader = await robotToken(b.c.t.ctx, ["registry.pull"]);
    const creds = ["--creds", `token:${reader.secret}`];
    const id = (await podman("pull", "-q", ...creds, ...insecure, image("there", "/refused"))).trim();
    const push = podman("push", "-q", ...creds, ...insecure, id, b.remote("new", "/elsewhere"));
    await expect(push).rejects.toThrow(/denied: This token is not allowed to push images/);
  });
});
