import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { descriptorOf, jsonOf, must } from "../conformance/client.ts";
import { client, isInstalled, type Journey, newJourney } from "./journey.ts";

const MB = 1024 * 1024;
const TIMES = { timeout: 240_000 };
let b: Journey;
beforeAll(async () => {
  b = await newJourney();
});
afterAll(() => b.close());

const inspect = (image: string, ...more: string[]) => b.skopeo("inspect", ...more, image);

describe.skipIf(!(await isInstalled("skopeo")))("skopeo", TIMES, () => {
  it("pushes an image with a layer of hundreds of megabytes, and pulls it byte by byte", async () => {
    const files: Record<string, string | Buffer>[] = [
      { "etc/os-release": "NAME=large\n" },
      { "opt/large": randomBytes(300 * MB) },
    ];
    const { image, descriptor } = b.layout.image("large", files, { level: 0 });
    await b.copy(b.layout.name("large", descriptor), b.remote("large"));
    const back = await b.pull(b.remote("large"));
    expect(back.manifest.equals(image.manifest)).toBe(true);
    for (const { digest, bytes } of image.blobs) expect(back.file(digest).equals(bytes), digest).toBe(true);
  });

  it("signs in with the refresh token that docker keeps in its place, and pushes with it", async () => {
    const authorization = `Basic ${Buffer.from(`token:${b.secret}`).toString("base64")}`;
    const login = "/auth/token?offline_token=true&client_id=docker&service=x";
    const { refresh_token } = jsonOf(await must(200, b.c.send("GET", login, { headers: { authorization } })));
    const authFile = path.join(b.folder, "docker.json");
    const kept = { auth: Buffer.from("token:").toString("base64"), identitytoken: refresh_token };
    writeFileSync(authFile, JSON.stringify({ auths: { [b.host]: kept } }));
    const { descriptor } = b.layout.image("refreshed", [{ "etc/os-release": "NAME=refreshed\n" }]);
    const from = b.layout.name("refreshed", descriptor);
    const to = b.remote("refreshed", "/refreshed");
    const tls = ["--dest-tls-verify=false", "--authfile", authFile];
    await client("skopeo", ["--insecure-policy", "copy", "-q", ...tls, from, to], { HOME: b.folder });
    expect(JSON.parse(await inspect(to)).Digest).toBe(descriptor.digest);
  });

  it("inspects it, lists its tags, and deletes it", async () => {
    const { image, descriptor } = b.layout.image("small", [{ "etc/os-release": "NAME=small\n" }]);
    const source = b.layout.name("small", descriptor);
    for (const tag of ["1.0", "1.1", "gone"]) await b.copy(source, b.remote(tag, "/small"));
    const seen = JSON.parse(await inspect(b.remote("1.0", "/small")));
    expect(seen).toMatchObject({ Digest: descriptor.digest, Architecture: "amd64", RepoTags: ["1.0", "1.1", "gone"] });
    expect(seen.Layers).toEqual(image.blobs.slice(1).map(({ digest }) => digest));
    expect(JSON.parse(await inspect(b.remote("1.0", "/small"), "--config")).config.Env).toEqual(["PATH=/bin"]);
    const list = await b.skopeo("list-tags", b.remote("x", "/small").slice(0, -2));
    expect(JSON.parse(list).Tags).toEqual(["1.0", "1.1", "gone"]);
    await b.skopeo("delete", b.remote("1.0", "/small"));
    await expect(inspect(b.remote("1.1", "/small"))).rejects.toThrow(/manifest unknown|There is no manifest/);
  });

  it("copies a multi-arch index with all it has, into and between repositories, and picks one of it by platform", async () => {
    const amd = b.layout.image("amd", [{ "etc/arch": "amd64" }]);
    const arm = b.layout.image("arm", [{ "etc/arch": "arm64" }], { architecture: "arm64" });
    const index = b.layout.index([
      { ...amd.descriptor, platform: { os: "linux", architecture: "amd64" } },
      { ...arm.descriptor, platform: { os: "linux", architecture: "arm64" } },
    ]);
    await b.copy(b.layout.name("multi", index), b.remote("multi"), "--all");
    await b.copy(b.remote("multi"), b.remote("multi", "/elsewhere"), "--all");
    const raw = await inspect(b.remote("multi", "/elsewhere"), "--raw");
    expect(digestOf(Buffer.from(raw))).toBe(index.digest);
    const all = await b.pull(b.remote("multi", "/elsewhere"), "--all");
    expect(digestOf(all.manifest)).toBe(index.digest);
    const auth = ["--tls-verify=false", "--authfile", path.join(b.folder, "auth.json")];
    const one = await client("skopeo", ["--override-arch", "arm64", "inspect", ...auth, b.remote("multi")]);
    expect(JSON.parse(one)).toMatchObject({ Architecture: "arm64" });
    await b.skopeo("delete", b.remote("multi", "/elsewhere"));
    await expect(inspect(b.remote("multi", "/elsewhere"), "--raw")).rejects.toThrow();
  });

  it("between repositories mounts what is there: no byte is uploaded", async () => {
    const { descriptor } = b.layout.image("mounted", [{ "opt/mounted": randomBytes(2 * MB) }]);
    await b.copy(b.layout.name("mounted", descriptor), b.remote("mounted"));
    const before = await db().upload.count();
    await b.copy(b.remote("mounted"), b.remote("mounted", "/another"));
    expect(await db().upload.count()).toBe(before);
    expect(JSON.parse(await inspect(b.remote("mounted", "/another"))).Digest).toBe(descriptor.digest);
  });

  it("pushes an artifact with a subject, which is listed with it and comes back as it was", async () => {
    const { image, descriptor: subject } = b.layout.image("signed", [{ "etc/os-release": "NAME=signed\n" }]);
    await b.copy(b.layout.name("signed", subject), b.remote("signed"));
    const [config, layer] = [Buffer.from("{}"), Buffer.from('{"spdxVersion":"SPDX-2.3"}')];
    for (const bytes of [config, layer]) b.layout.blob(bytes);
    const artifact = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: image.mediaType,
        artifactType: "application/spdx+json",
        config: descriptorOf(config, "application/vnd.oci.empty.v1+json"),
        layers: [descriptorOf(layer, "application/spdx+json")],
        subject,
        annotations: { "org.example.of": "signed" },
      }),
    );
    // skopeo 1.9 knows images alone, so another sends what it is made of, and skopeo copies the whole.
    for (const bytes of [config, layer]) await b.c.blob(bytes);
    await must(201, b.c.put("sbom", artifact));
    expect(digestOf(Buffer.from(await inspect(b.remote("sbom"), "--raw")))).toBe(digestOf(artifact));
    const { manifests } = jsonOf(await must(200, b.c.send("GET", b.c.at(`referrers/${subject.digest}`))));
    expect(manifests).toEqual([
      { ...descriptorOf(artifact), artifactType: "application/spdx+json", annotations: { "org.example.of": "signed" } },
    ]);
  });

  it("pushes, copies and deletes a signature with a subject, which follows its image from repository to repository", async () => {
    const { image, descriptor: subject } = b.layout.image("released", [{ "etc/os-release": "NAME=released\n" }]);
    await b.copy(b.layout.name("released", subject), b.remote("released"));
    const [config, layer] = [
      Buffer.from('{"architecture":"","os":"","rootfs":{"type":"layers","diff_ids":[]}}'),
      randomBytes(MB),
    ];
    for (const bytes of [config, layer]) b.layout.blob(bytes);
    const signature = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: image.mediaType,
        config: descriptorOf(config, "application/vnd.oci.image.config.v1+json"),
        layers: [descriptorOf(layer, "application/vnd.dev.cosign.simplesigning.v1+json")],
        subject,
      }),
    );
    const tag = `${subject.digest.replace(":", "-")}.sig`;
    await b.copy(b.layout.name("signature", b.layout.manifest(signature, image.mediaType)), b.remote(tag));
    const referrers = async (part = "") =>
      jsonOf(
        await must(
          200,
          b.c.send("GET", b.c.at(`referrers/${subject.digest}`).replace("/referrers/", `${part}/referrers/`)),
        ),
      ).manifests;
    expect(await referrers()).toMatchObject([{ digest: digestOf(signature) }]);
    for (const what of ["released", tag]) await b.copy(b.remote(what), b.remote(what, "/copied"));
    expect(await referrers("/copied")).toMatchObject([{ digest: digestOf(signature) }]);
    expect((await b.pull(b.remote(tag, "/copied"))).manifest.equals(signature)).toBe(true);
    await b.skopeo("delete", b.remote(tag, "/copied"));
    expect(await referrers("/copied")).toEqual([]);
  });

  it("killed in the middle of a push leaves nothing that can be pulled, and pushes again", async () => {
    const { image, descriptor } = b.layout.image("killed", [{ "opt/large": randomBytes(100 * MB) }], { level: 0 });
    const source = b.layout.name("killed", descriptor);
    const args = [
      "--insecure-policy",
      "copy",
      "-q",
      "--dest-tls-verify=false",
      "--authfile",
      path.join(b.folder, "auth.json"),
    ];
    const pushing = spawn("skopeo", [...args, source, b.remote("killed")], { stdio: "ignore" });
    const begun = () => db().upload.count({ where: { tenantId: b.c.t.tenant.id, leaseId: { not: null } } });
    await expect.poll(begun, { timeout: 20_000, interval: 5 }).toBeGreaterThan(0);
    pushing.kill("SIGKILL");
    await once(pushing, "exit");
    const layer = image.blobs.at(-1)?.digest ?? "";
    expect((await b.c.send("HEAD", b.c.at(`blobs/${layer}`))).status).toBe(404);
    await expect(inspect(b.remote("killed"), "--raw")).rejects.toThrow();
    await b.copy(source, b.remote("killed"));
    expect(digestOf((await b.pull(b.remote("killed"))).file(layer))).toBe(layer);
  });
});

describe("a client that resumes", TIMES, () => {
  it("goes on with a layer of a hundred megabytes where the connection broke", async () => {
    const bytes = randomBytes(100 * MB);
    const digest = digestOf(bytes);
    const location = String((await b.c.send("POST", b.c.at("blobs/uploads/"))).headers.location);
    const broken = new AbortController();
    const half = new ReadableStream({
      start: (stream) => stream.enqueue(bytes.subarray(0, 60 * MB)),
    });
    const sending = fetch(`http://${b.host}${location}`, {
      method: "PATCH",
      headers: { authorization: b.c.authorization },
      body: half,
      duplex: "half",
      signal: broken.signal,
    } as RequestInit).catch(() => null);
    const id = location.split("/").at(-1) ?? "";
    const row = () => db().upload.findUniqueOrThrow({ where: { id } });
    await expect.poll(async () => (await row()).leaseId, { timeout: 20_000 }).not.toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 300));
    broken.abort();
    await sending;
    await expect.poll(async () => (await row()).leaseId, { timeout: 20_000 }).toBeNull();
    const { range } = (await must(204, b.c.send("GET", location))).headers;
    const reached = Number(String(range).split("-")[1]) + 1;
    expect(reached).toBeGreaterThan(1);
    const rest = bytes.subarray(reached);
    const headers = { "content-range": `${reached}-${bytes.length - 1}` };
    await must(202, b.c.send("PATCH", location, { body: rest, headers }));
    await must(201, b.c.send("PUT", `${location}?digest=${digest}`));
    expect(digestOf((await b.c.send("GET", b.c.at(`blobs/${digest}`))).body)).toBe(digest);
  });
});
