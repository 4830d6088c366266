import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { digestOf } from "#lib/storage/index.ts";
import { imageOf, randomBlob } from "#lib/testing/index.ts";
import type { Registry } from "./registry.ts";

/** What happened so far, for all who take part. */
export interface Soak {
  until: number;
  /** For how long nothing that was told of goes, in milliseconds. */
  graceMs: number;
  counts: Record<string, number>;
  violations: string[];
  /** Layers that others push, too. */
  pool: Buffer[];
  /** Manifests that were acknowledged, and those of them that somebody tried to delete, as `<repository>@<digest>`. */
  pushed: Set<string>;
  deleted: Set<string>;
}

const POOL_MAX = 12;
const TAGS = 8;
const KEPT_MAX = 10;
const REUSED_PERCENT = 30;

export function counted(soak: Soak, what: string): void {
  soak.counts[what] = (soak.counts[what] ?? 0) + 1;
}

export function isOver(soak: Soak): boolean {
  return Date.now() > soak.until || soak.violations.length > 20;
}

/** Pushes image after image, of which some layers are those of others, and moves tags with them. */
export async function pusher(soak: Soak, registry: Registry): Promise<void> {
  while (!isOver(soak)) {
    const layers = Array.from({ length: 1 + randomInt(3) }, () => someLayer(soak));
    await pushImage(soak, registry, [Buffer.from(`{"n":"${Math.random()}"}`), ...layers]);
  }
}

function someLayer({ pool }: Soak): Buffer {
  const known = pool[randomInt(Math.max(1, pool.length))];
  if (known && randomInt(100) < REUSED_PERCENT) return known;
  const fresh = randomBlob(1000 + randomInt(100_000));
  pool.push(fresh);
  if (pool.length > POOL_MAX) pool.shift();
  return fresh;
}

async function pushImage(soak: Soak, registry: Registry, blobs: Buffer[]): Promise<void> {
  const began = Date.now();
  for (const blob of blobs) if (!(await registry.pushBlob(blob))) return counted(soak, "pushes broken off");
  const [config, ...layers] = blobs as [Buffer, ...Buffer[]];
  const manifest = imageOf(config, layers);
  const answer = await registry.putManifest(`t${randomInt(TAGS)}`, manifest);
  const tookMs = Date.now() - began;
  if (answer.status === 201) {
    counted(soak, "pushes");
    soak.pushed.add(`${registry.name}@${digestOf(manifest)}`);
  } else if (tookMs > soak.graceMs) counted(soak, "pushes slower than the grace");
  else
    soak.violations.push(
      `a push after ${tookMs} ms was told ${answer.status}: ${answer.body.toString().slice(0, 200)}`,
    );
}

/** Pulls by tag and hashes all that it gets. */
export async function puller(soak: Soak, registry: Registry): Promise<void> {
  while (!isOver(soak)) {
    const answer = await registry.send("GET", `manifests/t${randomInt(TAGS)}`);
    if (answer.status === 200) await pullBlobs(soak, registry, answer.body);
    else await sleep(20);
  }
}

interface Descriptor {
  digest: string;
}

async function pullBlobs(soak: Soak, registry: Registry, manifest: Buffer): Promise<void> {
  const { config, layers } = JSON.parse(manifest.toString()) as { config: Descriptor; layers: Descriptor[] };
  for (const { digest } of [config, ...layers]) {
    const { status, body } = await registry.send("GET", `blobs/${digest}`);
    if (status === 200 && digestOf(body) === digest) continue;
    // A push that was broken off by a dying worker is not ours to judge: only what is still there afterwards is.
    const still = await registry.send("HEAD", `manifests/${digestOf(manifest)}`);
    if (still.status !== 200) return counted(soak, "pulls of what was deleted meanwhile");
    const again = await registry.send("GET", `blobs/${digest}`);
    if (again.status === 200 && digestOf(again.body) === digest) continue;
    soak.violations.push(`${registry.name} has ${digestOf(manifest)} without ${digest}: ${again.status}`);
  }
  counted(soak, "pulls");
}

/** Deletes tags and manifests, so that the store does not grow and the clean-up has something to do. */
export async function deleter(soak: Soak, registry: Registry): Promise<void> {
  while (!isOver(soak)) {
    await sleep(150);
    if (randomInt(10) === 0) {
      await registry.send("DELETE", `manifests/t${randomInt(TAGS)}`);
      counted(soak, "tags deleted");
    }
    const mine = [...soak.pushed].filter((one) => one.startsWith(`${registry.name}@`) && !soak.deleted.has(one));
    for (const one of mine.slice(0, Math.max(0, mine.length - KEPT_MAX))) {
      soak.deleted.add(one);
      const { status } = await registry.send("DELETE", `manifests/${one.split("@")[1]}`);
      if (status === 202) counted(soak, "manifests deleted");
    }
  }
}
