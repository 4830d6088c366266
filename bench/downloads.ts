import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inDatabase } from "./crowd.ts";
import { stopwatch } from "./load.ts";
import { fillShelf, SHELF, SHELF_TOKEN, type Shelf } from "./many-releases.ts";
import { largestChildMib } from "./process-tree.ts";
import { pull } from "./registry-client.ts";
import { type Subject, startNginx, startPurser, WORK } from "./subject.ts";

const MIB = 1024 * 1024;

interface Options {
  /** Requests a list, one after another, after a tenth as many to warm up. */
  requests: number;
  /** How often a file is moved, in turn with the peer; the median counts. */
  rounds: number;
  fileMib: number;
  shelf: Shelf;
}

/** What lists of files take where there are many, and how fast a file comes beside nginx, which checks nothing. */
export async function benchDownloads(options: Options): Promise<void> {
  const purser = await startPurser();
  try {
    await lists(purser, options);
    const before = largestChildMib(purser.server);
    await files(purser, options);
    const after = largestChildMib(purser.server);
    console.log(`\nlargest worker: ${before.toFixed(0)} MiB at its peak before these files, ${after.toFixed(0)} after`);
  } finally {
    await purser.stop();
  }
}

const LISTS: Record<string, string> = {
  "first page": `/v1/downloads?tenant=${SHELF}`,
  "of all vendors": "/v1/downloads",
  "range and platform": `/v1/downloads?tenant=${SHELF}&version=^1.10&platform=linux-amd64`,
  "latest of all": `/v1/downloads?tenant=${SHELF}&latest=true`,
  "latest, a platform": `/v1/downloads?tenant=${SHELF}&latest=true&channel=stable&platform=linux-amd64`,
  "a product": `/v1/products/p7/downloads?tenant=${SHELF}`,
  "is there an update": `/v1/products/p7/updates?tenant=${SHELF}&platform=linux-amd64&current=1.10.0`,
};

async function lists(purser: Subject, { shelf, requests }: Options): Promise<void> {
  await inDatabase(purser, (client) => fillShelf(client, shelf));
  console.log(
    `${shelf.products} products × ${shelf.releases} releases × 3 files, a member with ${shelf.grants} grants; ` +
      `${requests} requests each, one after another\n`,
  );
  console.log(row(["list", "median ms", "p95 ms", "CPU ms", "statements"]));
  for (const [name, at] of Object.entries(LISTS)) {
    const get = async () => {
      const answer = await fetch(purser.url + at, { headers: { authorization: `Bearer ${SHELF_TOKEN}` } });
      if (answer.status !== 200) throw new Error(`${at}: ${answer.status} ${await answer.text()}`);
      await answer.arrayBuffer();
    };
    console.log(row([name, ...(await measureList(purser, get, requests))]));
  }
}

async function measureList(purser: Subject, get: () => Promise<void>, requests: number): Promise<string[]> {
  for (let n = 0; n < requests / 10; n++) await get();
  const before = await statementsOf(purser);
  const spent = stopwatch(purser);
  const times: number[] = [];
  for (let n = 0; n < requests; n++) {
    const began = performance.now();
    await get();
    times.push(performance.now() - began);
  }
  const { cpuMs, allMs } = spent(requests);
  const statements = ((await statementsOf(purser)) - before) / requests;
  const sorted = times.toSorted((a, b) => a - b);
  const quantile = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1);
  return [quantile(0.5), quantile(0.95), `${cpuMs.toFixed(1)} / ${allMs.toFixed(1)}`, statements.toFixed(1)];
}

/** What was done in the database so far, each statement outside a transaction a transaction of its own. */
async function statementsOf(purser: Subject): Promise<number> {
  // PostgreSQL counts late: a second after the connection's last statement.
  await sleep(2500);
  const count = "SELECT xact_commit::int AS count FROM pg_stat_database WHERE datname = current_database()";
  return inDatabase(purser, async (client) => (await client.query<{ count: number }>(count)).rows[0]?.count ?? 0);
}

async function files(purser: Subject, { fileMib, rounds }: Options): Promise<void> {
  const folder = path.join(WORK, "file");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const bytes = randomBytes(fileMib * MIB);
  const at = await publishFile(purser, bytes);
  const member = { ...purser, headers: async () => ({ authorization: `Bearer ${SHELF_TOKEN}` }) };
  writeFileSync(path.join(folder, "file"), bytes);
  const nginx = await startNginx(folder);
  try {
    console.log(`\na file of ${fileMib} MiB, median of ${rounds} rounds in turn; CPU s a GiB\n`);
    console.log(row(["", "purser MB/s", "CPU", "nginx MB/s", "CPU", "ratio"]));
    const sources = [{ subject: member, at }, ...(nginx ? [{ subject: nginx, at: "/file" }] : [])];
    for (const streams of [1, 8]) {
      const [ours, theirs] = await moveInTurn(sources, rounds, { streams, fileMib });
      const name = streams === 1 ? "one download" : `${streams} at once`;
      const cells = [ours, theirs].flatMap((moved) =>
        moved ? [moved.mbPerSecond.toFixed(0), moved.cpu.toFixed(2)] : ["–", "–"],
      );
      const ratio = ours && theirs ? `${(ours.mbPerSecond / theirs.mbPerSecond).toFixed(2)}×` : "–";
      console.log(row([name, ...cells, ratio]));
    }
    if (!nginx) console.log("nginx is not installed: no peer to compare with");
  } finally {
    await nginx?.stop();
  }
}

interface Source {
  subject: Subject;
  at: string;
}

/** The median of each source, one after the other in each round, of which the first only warms up. */
async function moveInTurn(sources: readonly Source[], rounds: number, of: Load): Promise<Moved[]> {
  const moved = sources.map((): Moved[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [n, { subject, at }] of sources.entries()) {
      const one = await move(subject, at, of);
      if (round > 0) moved[n]?.push(one);
    }
  }
  return moved.map(medianOf);
}

interface Load {
  streams: number;
  fileMib: number;
}

interface Moved {
  mbPerSecond: number;
  /** Seconds of the server's processes for each GiB. */
  cpu: number;
}

async function move(subject: Subject, at: string, of: Load): Promise<Moved> {
  const spent = stopwatch(subject);
  const began = performance.now();
  await Promise.all(Array.from({ length: of.streams }, () => pull(subject, at)));
  const seconds = (performance.now() - began) / 1000;
  const mib = of.streams * of.fileMib;
  return { mbPerSecond: (mib * MIB) / 1e6 / seconds, cpu: spent(mib / 1024).cpuMs / 1000 };
}

function medianOf(moved: readonly Moved[]): Moved {
  const median = (key: keyof Moved) =>
    moved.map((each) => each[key]).toSorted((a, b) => a - b)[Math.floor(moved.length / 2)] ?? Number.NaN;
  return { mbPerSecond: median("mbPerSecond"), cpu: median("cpu") };
}

/** A release of one of the shelf's products with three files, as a CI publishes it. @returns the address of one */
async function publishFile(purser: Subject, bytes: Buffer): Promise<string> {
  await inDatabase(purser, (client) => client.query(ADD_PUBLISHER));
  const call = async (method: string, at: string, sent?: Buffer | string) => {
    const type = typeof sent === "string" ? "application/json" : "application/octet-stream";
    const headers = { authorization: `Bearer ${PUBLISHER_TOKEN}`, "content-type": type };
    const answer = await fetch(purser.url + at, { method, headers, body: sent as BodyInit });
    if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { id: string };
  };
  const { id } = await call("POST", "/v1/products/p7/releases", JSON.stringify({ version: "9.0.0" }));
  const began = performance.now();
  const put = (n: number) => {
    // Bytes of its own: what is there already would not be kept again.
    const own = Buffer.concat([Buffer.from(`${n}`), bytes.subarray(1)]);
    return call("PUT", `/v1/products/p7/releases/9.0.0/files/large-${n}.bin`, own);
  };
  const [file] = await Promise.all([1, 2, 3].map(put));
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `\nthree files of ${bytes.length / MIB} MiB at once: ${((3 * bytes.length) / 1e6 / seconds).toFixed(0)} MB/s`,
  );
  await call("POST", `/v1/releases/${id}/publish`);
  return `/v1/downloads/${file?.id}`;
}

const PUBLISHER_TOKEN = "purser_bot_shelf";
const ADD_PUBLISHER = `
  INSERT INTO access_tokens (id, kind, tenant_id, name, secret_hash, scopes, product_ids, expires_at)
  SELECT uuidv7(), 'robot', t.id, 'publisher', encode(sha256(convert_to('${PUBLISHER_TOKEN}', 'UTF8')), 'hex'),
    '{release.view,release.publish,product.view}', '{}', now() + interval '1 day' FROM tenants t WHERE t.slug = '${SHELF}'`;

const WIDTHS = [20, 13, 14, 12, 12, 9];

function row(cells: readonly string[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(20) : cell.padStart(WIDTHS[at] ?? 9))).join("");
}
