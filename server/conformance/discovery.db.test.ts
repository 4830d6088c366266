import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "#lib/storage/index.ts";
import { INDEX, imageOf, personalToken, randomBlob } from "#lib/testing/index.ts";
import { type Client, descriptorOf, jsonOf, must, newClient, refusal } from "./client.ts";

let c: Client;
beforeAll(async () => {
  c = await newClient();
});
afterAll(() => c.close());

describe("Listing Tags", () => {
  const list = (query = "") => c.send("GET", c.at(`tags/list${query}`));
  const TAGS = ["1", "10", "2", "A", "B-x", "_z", "a", "b"];

  it("tags are in the order of their bytes, whatever the order of pushes; the answer names the repository", async () => {
    const config = randomBlob();
    await c.blob(config);
    for (const tag of [...TAGS].reverse()) await must(201, c.put(tag, imageOf(config, [])));
    const answer = await must(200, list());
    expect(jsonOf(answer)).toEqual({ name: c.t.repository.name, tags: TAGS });
    expect(answer.headers).toMatchObject({ "content-type": "application/json", "content-length": expect.any(String) });
    expect(answer.headers.link).toBeUndefined();
  });

  it("n limits them, and Link with rel=next leads through all of them once", async () => {
    const seen: string[] = [];
    for (let path: string | undefined = c.at("tags/list?n=3"); path; ) {
      const answer = await must(200, c.send("GET", path));
      seen.push(...jsonOf(answer).tags);
      path = /^<(\/v2\/[^>]+)>; rel="next"$/.exec(String(answer.headers.link))?.[1];
    }
    expect(seen).toEqual(TAGS);
  });

  it("n=0 is an empty list without a Link", async () => {
    const answer = await must(200, list("?n=0"));
    expect([jsonOf(answer).tags, answer.headers.link]).toEqual([[], undefined]);
  });

  it("last begins after that tag, with n and without, whether or not the tag is there", async () => {
    expect(jsonOf(await list("?last=A")).tags).toEqual(["B-x", "_z", "a", "b"]);
    expect(jsonOf(await list("?n=2&last=A")).tags).toEqual(["B-x", "_z"]);
    expect(jsonOf(await list("?last=AA")).tags).toEqual(["B-x", "_z", "a", "b"]);
    expect(jsonOf(await list("?last=zzz")).tags).toEqual([]);
  });

  it("of a repository that is not there is 404", async () => {
    const { name } = c.t.repository;
    expect(refusal(await c.send("GET", `/v2/${name}/nothing/tags/list`))).toEqual([404, "NAME_UNKNOWN"]);
  });
});

describe("Listing Referrers", () => {
  const subjectOf = (bytes: Buffer) => ({ subject: descriptorOf(bytes) });
  const referrers = (digest: string, query = "") => c.send("GET", c.at(`referrers/${digest}${query}`));

  it("nothing refers to it: 200 with an empty image index, also where the digest or the repository is not there", async () => {
    const digest = digestOf(randomBlob());
    for (const path of [c.at(`referrers/${digest}`), `/v2/${c.t.repository.name}/never-pushed/referrers/${digest}`]) {
      const answer = await must(200, c.send("GET", path));
      expect(answer.headers["content-type"]).toBe(INDEX);
      expect(jsonOf(answer)).toEqual({ schemaVersion: 2, mediaType: INDEX, manifests: [] });
    }
  });

  it("a digest that is none is 400", async () => {
    for (const digest of ["sha256:short", "latest", `sha256:${"G".repeat(64)}`]) {
      expect(refusal(await referrers(digest))).toEqual([400, "DIGEST_INVALID"]);
    }
  });

  it("each descriptor has the manifest's artifactType, else its config's type, and all its annotations", async () => {
    const subject = await c.image();
    const annotations = { "org.example.a": "1", "org.example.ü": 'quoted "text"', nul: "\u0000", half: "\ud800" };
    const sbom = await c.image(undefined, {
      ...subjectOf(subject.bytes),
      artifactType: "application/sbom",
      annotations,
    });
    const plain = await c.image(undefined, subjectOf(subject.bytes));
    const list = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [], ...subjectOf(subject.bytes) }),
    );
    await must(201, c.put(digestOf(list), list, INDEX));
    const answer = jsonOf(await must(200, referrers(subject.digest)));
    const expected = [
      { ...descriptorOf(sbom.bytes), artifactType: "application/sbom", annotations },
      { ...descriptorOf(plain.bytes), artifactType: "application/vnd.oci.image.config.v1+json" },
      descriptorOf(list, INDEX),
    ].sort((a, b) => (a.digest < b.digest ? -1 : 1));
    expect(answer.manifests).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it("artifactType filters them, and OCI-Filters-Applied says so", async () => {
    const subject = await c.image();
    const one = await c.image(undefined, { ...subjectOf(subject.bytes), artifactType: "a/one" });
    await c.image(undefined, { ...subjectOf(subject.bytes), artifactType: "a/two" });
    const filtered = await must(200, referrers(subject.digest, "?artifactType=a%2Fone"));
    expect(filtered.headers["oci-filters-applied"]).toBe("artifactType");
    expect(jsonOf(filtered).manifests).toMatchObject([{ digest: one.digest }]);
    const none = await must(200, referrers(subject.digest, "?artifactType=a/none"));
    expect([jsonOf(none).manifests, none.headers["oci-filters-applied"]]).toEqual([[], "artifactType"]);
    expect((await referrers(subject.digest)).headers["oci-filters-applied"]).toBeUndefined();
  });

  it("Link with rel=next leads through all pages, each an image index, and keeps the filter", async () => {
    const subject = await c.image();
    const pushed: string[] = [];
    for (let n = 0; n < 5; n++) {
      pushed.push((await c.image(undefined, { ...subjectOf(subject.bytes), artifactType: "a/b" })).digest);
    }
    const seen: string[] = [];
    for (let path: string | undefined = c.at(`referrers/${subject.digest}?n=2&artifactType=a/b`); path; ) {
      const answer = await must(200, c.send("GET", path));
      expect(answer.headers["oci-filters-applied"]).toBe("artifactType");
      expect(jsonOf(answer).mediaType).toBe(INDEX);
      seen.push(...jsonOf(answer).manifests.map(({ digest }: { digest: string }) => digest));
      path = /^<(\/v2\/[^>]+)>; rel="next"$/.exec(String(answer.headers.link))?.[1];
    }
    expect(seen).toEqual(pushed.sort());
  });

  it("a page of large manifests ends early, and the next one goes on", async () => {
    const subject = await c.image();
    const annotations = { large: "x".repeat(1_500_000) };
    for (let n = 0; n < 4; n++) await c.image(undefined, { ...subjectOf(subject.bytes), annotations });
    const first = await must(200, referrers(subject.digest));
    expect(jsonOf(first).manifests.length).toBeLessThan(4);
    const next = /^<([^>]+)>/.exec(String(first.headers.link))?.[1] ?? "";
    expect(jsonOf(first).manifests.length + jsonOf(await c.send("GET", next)).manifests.length).toBe(4);
  });

  it("of a manifest that was deleted are no longer listed; those of a deleted subject are", async () => {
    const subject = await c.image();
    const [one, two] = [
      await c.image(undefined, subjectOf(subject.bytes)),
      await c.image(undefined, subjectOf(subject.bytes)),
    ];
    await must(202, c.send("DELETE", c.at(`manifests/${one.digest}`)));
    await must(202, c.send("DELETE", c.at(`manifests/${subject.digest}`)));
    expect(jsonOf(await referrers(subject.digest)).manifests).toMatchObject([{ digest: two.digest }]);
  });

  it("of another repository are not listed", async () => {
    const subject = await c.image();
    await c.image(undefined, subjectOf(subject.bytes));
    const other = `/v2/${c.t.repository.name}/other/referrers/${subject.digest}`;
    expect(jsonOf(await must(200, c.send("GET", other))).manifests).toEqual([]);
  });
});

describe("Enabling the Referrers API", () => {
  it("what an index under the referrers tag lists is included, once, beside what the registry knows", async () => {
    const subject = await c.image();
    const listed = await c.image(undefined, { artifactType: "a/listed" });
    const known = await c.image(undefined, { artifactType: "a/known", subject: descriptorOf(subject.bytes) });
    const manifests = [descriptorOf(listed.bytes), descriptorOf(known.bytes)];
    const tag = subject.digest.replace(":", "-");
    await must(201, c.put(tag, { schemaVersion: 2, mediaType: INDEX, manifests }, INDEX));
    const answer = jsonOf(await must(200, c.send("GET", c.at(`referrers/${subject.digest}`))));
    expect(answer.manifests.map(({ digest }: { digest: string }) => digest)).toEqual(
      [listed.digest, known.digest].sort(),
    );
  });

  it("a tag of that form that is no index adds nothing; the tag of a sha512 digest is cut to 64 characters", async () => {
    const subject = await c.image();
    await c.image(subject.digest.replace(":", "-"));
    expect(jsonOf(await c.send("GET", c.at(`referrers/${subject.digest}`))).manifests).toEqual([]);
    const digest = digestOf(subject.bytes, "sha512");
    const manifests = [descriptorOf(subject.bytes)];
    const tag = digest.replace(":", "-").slice(0, "sha512-".length + 64);
    await must(201, c.put(tag, { schemaVersion: 2, mediaType: INDEX, manifests }, INDEX));
    expect(jsonOf(await c.send("GET", c.at(`referrers/${digest}`))).manifests).toMatchObject(manifests);
  });
});

describe("_catalog", () => {
  const namesFor = async (headers: Record<string, string>, query = "") =>
    c.send("GET", `/v2/_catalog${query}`, { headers });
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

  it("lists what the caller may pull, in the order of bytes, page by page", async () => {
    const { name } = c.t.repository;
    const config = randomBlob();
    await c.blob(config);
    const parts = ["b", "a", "a-b", "a/b"];
    for (const part of parts) {
      const path = `/v2/${name}/${part}/blobs/uploads/?digest=${digestOf(config)}`;
      await must(201, c.send("POST", path, { body: config }));
    }
    const all = [name, ...parts.map((part) => `${name}/${part}`)].sort();
    expect(jsonOf(await must(200, namesFor({}))).repositories).toEqual(all);
    const first = await must(200, namesFor({}, "?n=2"));
    expect(jsonOf(first).repositories).toEqual(all.slice(0, 2));
    const next = /^<([^>]+)>; rel="next"$/.exec(String(first.headers.link))?.[1] ?? "";
    expect(jsonOf(await must(200, c.send("GET", next))).repositories).toEqual(all.slice(2, 4));
    expect(jsonOf(await must(200, namesFor({}, "?n=0"))).repositories).toEqual([]);
    expect((await namesFor({}, "?n=-1")).status).toBe(400);
  });

  it("leaves out what the caller may not pull: another product of the token, another tenant, what is not granted", async () => {
    const closed = await c.t.addProduct({ requiresEntitlement: true });
    const secretName = `${c.t.tenant.slug}/${closed.slug}`;
    await must(202, c.send("POST", `/v2/${secretName}/blobs/uploads/`));
    const member = await personalToken({ id: c.t.member.userId, email: c.t.member.email });
    const limited = await personalToken(c.t.users.owner, ["registry.pull"], [closed.id]);
    const stranger = await newClient();
    expect(jsonOf(await namesFor({})).repositories).toContain(secretName);
    const seen = jsonOf(await namesFor(bearer(member.secret))).repositories;
    expect(seen).toContain(c.t.repository.name);
    expect(seen).not.toContain(secretName);
    expect(jsonOf(await namesFor(bearer(limited.secret))).repositories).toEqual([secretName]);
    expect(jsonOf(await namesFor({ authorization: stranger.authorization })).repositories).toEqual([]);
    await stranger.close();
  });

  it("needs a token, and a token says registry:catalog:* where it was asked for", async () => {
    const unauthorized = await namesFor({ authorization: "" });
    expect([unauthorized.status, unauthorized.headers["www-authenticate"]]).toEqual([
      401,
      expect.stringContaining('scope="registry:catalog:*"'),
    ]);
    const basic = `Basic ${Buffer.from(`token:${c.authorization.slice(7)}`).toString("base64")}`;
    const asked = { headers: { authorization: basic } };
    const token = jsonOf(await must(200, c.send("GET", "/auth/token?scope=registry:catalog:*", asked)));
    expect(token.scope).toBe("registry:catalog:*");
    expect((await namesFor(bearer(token.token))).status).toBe(200);
  });
});
