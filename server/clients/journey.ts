import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { db } from "#lib/db/index.ts";
import { setEnv } from "#lib/env.ts";
import { eraseDueTenants } from "#lib/tenancy/index.ts";
import { robotToken } from "#lib/testing/index.ts";
import { type Client, newClient } from "../conformance/client.ts";
import { Layout } from "./layout.ts";

/** What a real client's journey needs: a registry on a port, a robot that may everything, a folder, skopeo. */
export interface Journey {
  c: Client;
  host: string;
  secret: string;
  folder: string;
  layout: Layout;
  /** An image of the repository as skopeo names it, or of one below it. */
  remote(tag: string, part?: string): string;
  skopeo(command: string, ...args: string[]): Promise<string>;
  copy(from: string, to: string, ...more: string[]): Promise<string>;
  /** Copies an image into a folder, byte by byte. */
  pull(image: string, ...more: string[]): Promise<{ manifest: Buffer; file(digest: string): Buffer }>;
  close(): Promise<void>;
}

export async function newJourney(): Promise<Journey> {
  const folder = mkdtempSync(path.join(tmpdir(), "purser-clients-"));
  // Hundreds of megabytes a run: in a store that goes with the folder.
  setEnv({ DATA_DIR: path.join(folder, "data") });
  const c = await newClient();
  const host = `127.0.0.1:${c.port}`;
  setEnv({ PUBLIC_URL: `http://${host}` });
  const scopes = ["registry.pull", "registry.push", "registry.moveTag", "registry.delete"] as const;
  const { secret } = await robotToken(c.t.ctx, [...scopes]);
  const authFile = path.join(folder, "auth.json");
  const run = (...args: string[]) => client("skopeo", ["--insecure-policy", ...args], { HOME: folder });
  const skopeo: Journey["skopeo"] = (command, ...args) =>
    run(command, "--tls-verify=false", "--authfile", authFile, ...args);
  const copy: Journey["copy"] = (from, to, ...more) =>
    run("copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false", "--authfile", authFile, ...more, from, to);
  const pull: Journey["pull"] = async (image, ...more) => {
    const pulled = mkdtempSync(path.join(folder, "pulled-"));
    await copy(image, `dir:${pulled}`, ...more);
    const file = (digest: string) => readFileSync(path.join(pulled, digest.replace("sha256:", "")));
    return { manifest: readFileSync(path.join(pulled, "manifest.json")), file };
  };
  const remote = (tag: string, part = "") => `docker://${host}/${c.t.repository.name}${part}:${tag}`;
  const close = async () => {
    await c.close();
    await forgetBlobs(c.t.tenant.id);
    rmSync(folder, { recursive: true, force: true });
  };
  if (await isInstalled("skopeo")) await skopeo("login", "-u", "token", "-p", secret, host);
  return {
    c,
    host,
    secret,
    folder,
    layout: new Layout(path.join(folder, "layout")),
    remote,
    skopeo,
    copy,
    pull,
    close,
  };
}

// No row without a file, in a database that other tests use after this one.
async function forgetBlobs(tenantId: string): Promise<void> {
  const links = await db().repositoryBlob.findMany({ where: { tenantId }, select: { digest: true } });
  const longAgo = new Date(0);
  await db().tenant.update({ where: { id: tenantId }, data: { archivedAt: longAgo, deletionRequestedAt: longAgo } });
  await eraseDueTenants();
  const digests = [...new Set(links.map(({ digest }) => digest))];
  await db().blob.deleteMany({ where: { digest: { in: digests }, repositories: { none: {} } } });
}

const exec = promisify(execFile);

/** Runs a container client. @returns what it wrote @throws with what it said */
export async function client(command: string, args: readonly string[], more: Record<string, string> = {}) {
  try {
    const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", NODE_ENV: "test", ...more } as const;
    return (await exec(command, args, { env, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")}: ${(error as { stderr?: string }).stderr ?? String(error)}`);
  }
}

/** Whether there is such a client; says so where its journeys are skipped. */
export async function isInstalled(command: string): Promise<boolean> {
  const there = await client(command, ["--version"]).then(
    () => true,
    () => false,
  );
  if (!there) process.stdout.write(`${command} is not installed: its journeys are skipped\n`);
  return there;
}
