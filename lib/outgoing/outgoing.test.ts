import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { setEnv } from "../env.ts";
import { outgoing, outgoingBytes } from "./index.ts";

// threats.md, 20: what is refused must not have been called, so a listener counts.
let seen: { url: string; authorization?: string }[] = [];
let answer: RequestListener = (_, response) => response.end("inside");
let server: Server;
let other: Server;
let port = 0;
let otherPort = 0;

async function listening(made: Server): Promise<number> {
  made.listen(0, "127.0.0.1");
  await once(made, "listening");
  return (made.address() as AddressInfo).port;
}

beforeAll(async () => {
  setEnv({ DATABASE_URL: "postgresql://nobody@localhost/none", PURSER_SECRET: "q8Jr2Lx0vTn5Yb7Wd3Ck9Zs1Hm4Pg6Fa" });
  const listener: RequestListener = (request, response) => {
    seen.push({ url: request.url ?? "", authorization: request.headers.authorization });
    answer(request, response);
  };
  server = createServer(listener);
  other = createServer(listener);
  port = await listening(server);
  otherPort = await listening(other);
});
afterEach(() => {
  seen = [];
  answer = (_, response) => response.end("inside");
  setEnv({ OUTGOING_ALLOW: "" });
});
afterAll(() => {
  for (const each of [server, other]) {
    each.closeAllConnections();
    each.close();
  }
});

const call = (url: string, limits = {}) => outgoingBytes({ url }, { bytesMax: 1000, ...limits });
const REFUSED = { code: "invalid", reason: "outgoing_refused" };

describe("an outgoing call", () => {
  it.each([
    (p: number) => `http://127.0.0.1:${p}/`,
    (p: number) => `https://127.0.0.1:${p}/`,
    (p: number) => `http://localhost:${p}/`,
    (p: number) => `http://2130706433:${p}/`,
    (p: number) => `http://0x7f.1:${p}/`,
    (p: number) => `http://0177.0.0.01:${p}/`,
    (p: number) => `http://0:${p}/`,
    (p: number) => `http://[::1]:${p}/`,
    (p: number) => `http://[::ffff:127.0.0.1]:${p}/`,
    (p: number) => `http://[64:ff9b::7f00:1]:${p}/`,
    (p: number) => `http://127.0.0.1.:${p}/`,
    () => "https://169.254.169.254/latest/meta-data/",
  ])("to the inside is refused, however it is written (%#)", async (url) => {
    await expect(call(url(port))).rejects.toMatchObject(REFUSED);
    expect(seen).toEqual([]);
  });

  it.each(["ftp://example.com/", "file:///etc/passwd", "gopher://example.com", "nonsense", "https://a:b@example.com/"])(
    "to %s is refused",
    async (url) => {
      await expect(call(url)).rejects.toMatchObject(REFUSED);
    },
  );

  it("without TLS is refused also where the address is public", async () => {
    const resolve = async () => [{ address: "1.1.1.1", family: 4 }];
    await expect(call("http://registry.example.com/", { resolve })).rejects.toMatchObject(REFUSED);
  });

  it("to a name with one address inside among public ones is refused", async () => {
    const resolve = async () => [
      { address: "1.1.1.1", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];
    await expect(call(`https://two.example:${port}/`, { resolve })).rejects.toMatchObject(REFUSED);
    expect(seen).toEqual([]);
  });

  it("goes to the address that was checked, whatever the name means a moment later", async () => {
    let asked = 0;
    // TEST-NET-1 is not public either; the operator allows it, and nobody answers there.
    setEnv({ OUTGOING_ALLOW: "192.0.2.1" });
    const resolve = async () => [{ address: asked++ === 0 ? "192.0.2.1" : "127.0.0.1", family: 4 }];
    const rebound = call(`http://rebinding.example:${port}/`, { resolve, connectMs: 200 });
    await expect(rebound).rejects.toMatchObject({ code: "unavailable" });
    expect({ asked, seen }).toEqual({ asked: 1, seen: [] });
  });

  it("checks every redirect anew", async () => {
    setEnv({ OUTGOING_ALLOW: `127.0.0.1:${port}` });
    answer = (_, response) => response.writeHead(302, { location: `http://127.0.0.1:${otherPort}/secret` }).end();
    await expect(call(`http://127.0.0.1:${port}/`)).rejects.toMatchObject(REFUSED);
    expect(seen).toHaveLength(1);
  });

  it("takes its credentials to no other origin", async () => {
    setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
    answer = (request, response) => {
      if (request.url === "/away") response.writeHead(307, { location: `http://127.0.0.1:${otherPort}/there` }).end();
      else if (request.url === "/here") response.writeHead(307, { location: "/away" }).end();
      else response.end("there");
    };
    const request = { url: `http://127.0.0.1:${port}/here`, headers: { Authorization: "Basic abc" } };
    expect((await outgoingBytes(request, { bytesMax: 10 })).bytes.toString()).toBe("there");
    expect(seen).toEqual([
      { url: "/here", authorization: "Basic abc" },
      { url: "/away", authorization: "Basic abc" },
      { url: "/there", authorization: undefined },
    ]);
  });

  it("follows five redirects and no more, and none of a POST", async () => {
    setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
    answer = (_, response) => response.writeHead(302, { location: "/again" }).end();
    await expect(call(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: "unavailable" });
    expect(seen).toHaveLength(6);
    const post = { url: `http://127.0.0.1:${port}/`, method: "POST", body: "x" } as const;
    await expect(outgoingBytes(post, { bytesMax: 10 })).rejects.toMatchObject({ code: "unavailable" });
    expect(seen).toHaveLength(7);
  });

  it("reads no more than it may, said beforehand or not", async () => {
    setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
    const url = `http://127.0.0.1:${port}/`;
    answer = (_, response) => response.end("x".repeat(1001));
    await expect(call(url)).rejects.toMatchObject({ code: "too_large" });
    answer = (_, response) => {
      response.write("x".repeat(600));
      response.end("x".repeat(600));
    };
    await expect(call(url)).rejects.toMatchObject({ code: "too_large" });
    answer = (_, response) => response.end("x".repeat(1000));
    expect((await call(url)).bytes).toHaveLength(1000);
  });

  it("gives up on who is silent, before the answer and within it, and on what takes too long", async () => {
    setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
    const url = `http://127.0.0.1:${port}/`;
    answer = () => undefined;
    await expect(call(url, { idleMs: 50 })).rejects.toMatchObject({ code: "unavailable" });
    answer = (_, response) => response.writeHead(200).write("a part");
    await expect(call(url, { idleMs: 50 })).rejects.toMatchObject({ code: "unavailable" });
    answer = (_, response) => {
      const drip = setInterval(() => response.write("."), 10);
      response.once("close", () => clearInterval(drip));
    };
    await expect(call(url, { wholeMs: 100 })).rejects.toMatchObject({ code: "unavailable" });
    const gone = call(url, { signal: AbortSignal.timeout(50), wholeMs: 60_000 });
    await expect(gone).rejects.toMatchObject({ code: "unavailable" });
  });

  it("says what failed: a port that nobody listens on, an unknown name, a body that broke off", async () => {
    setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
    const resolve = async () => Promise.reject(Object.assign(new Error("x"), { code: "ENOTFOUND" }));
    await expect(call("https://nobody.example/", { resolve })).rejects.toThrow("nobody.example");
    await expect(call("http://127.0.0.1:1/")).rejects.toThrow("does not accept connections");
    answer = (_, response) => {
      response.writeHead(200, { "content-length": "100" }).write("a part");
      setTimeout(() => response.destroy(), 20);
    };
    await expect(call(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("leaves no connection open where the body is let go", async () => {
    setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
    const closed = new Promise<void>((resolve) => {
      answer = (_, response) => {
        response.once("close", resolve);
        response.writeHead(200).write("and on");
      };
    });
    const { body, status } = await outgoing({ url: `http://127.0.0.1:${port}/` }, { bytesMax: 1000 });
    expect(status).toBe(200);
    body.destroy();
    await closed;
  });
});

describe("TLS", () => {
  const dir = mkdtempSync(path.join(tmpdir(), "outgoing-"));
  const [key, cert] = [path.join(dir, "key.pem"), path.join(dir, "cert.pem")];
  let tls: Server;
  let at = 0;

  beforeAll(async () => {
    const subject = ["-subj", "/CN=registry.test", "-addext", "subjectAltName=DNS:registry.test"];
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    execFileSync("openssl", [...made, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
    tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => response.end("safe"));
    at = await listening(tls);
  });
  afterAll(() => tls.close());

  const resolve = async () => [{ address: "127.0.0.1", family: 4 }];

  it("is verified against the name, by the authorities that this machine trusts", async () => {
    setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
    await expect(call(`https://registry.test:${at}/`, { resolve })).rejects.toThrow("TLS certificate");
    const standing = getCACertificates("default");
    setDefaultCACertificates([...standing, readFileSync(cert, "utf8")]);
    try {
      const answered = await call(`https://registry.test:${at}/`, { resolve });
      expect(answered.bytes.toString()).toBe("safe");
      expect(answered.certificateUntil?.getTime()).toBeGreaterThan(Date.now() + 86_400_000);
      await expect(call(`https://other.test:${at}/`, { resolve })).rejects.toThrow("another name");
    } finally {
      setDefaultCACertificates(standing);
    }
  });
});
