import { z } from "zod";
import type { Tx } from "#lib/db/index.ts";
import { blobStore } from "#lib/storage/index.ts";
import { log } from "../log.ts";
import { LruCache } from "../lru-cache.ts";
import { processGlobal } from "../process-global.ts";

/** More than any config of an image has; what is larger is not read. */
const CONFIG_BYTES_MAX = 1024 * 1024;
const CACHE_BYTES = 16 * 1024 * 1024;

/** What a config says (OCI image-spec, "Image Configuration"), as far as it says it in a form that we know. */
export interface ImageConfig {
  platform: string | null;
  created: string | null;
  env: string[];
  entrypoint: string[];
  cmd: string[];
  labels: [name: string, value: string][];
  user: string | null;
  workdir: string | null;
  ports: string[];
  volumes: string[];
  history: { createdBy: string; emptyLayer: boolean }[];
}

const LIST_MAX = 500;
const TEXT_MAX = 4000;

// Whoever pushes writes it: each part stands for itself, and what has another form counts as absent.
const text = z.string().transform((value) => value.slice(0, TEXT_MAX));
const maybe = text.optional().catch(undefined);
const list = z
  .array(text)
  .transform((items) => items.slice(0, LIST_MAX))
  .nullish()
  .catch(undefined);
const names = z
  .record(z.string(), z.unknown())
  .transform((set) => Object.keys(set).slice(0, LIST_MAX))
  .nullish()
  .catch(undefined);

const Config = z.object({
  os: maybe,
  architecture: maybe,
  variant: maybe,
  created: maybe,
  config: z
    .object({
      Env: list,
      Entrypoint: list,
      Cmd: list,
      Labels: z.record(z.string(), z.unknown()).nullish().catch(undefined),
      User: maybe,
      WorkingDir: maybe,
      ExposedPorts: names,
      Volumes: names,
    })
    .partial()
    .nullish()
    .catch(undefined),
  history: z
    .array(z.object({ created_by: maybe, empty_layer: z.boolean().optional().catch(undefined) }).catch({}))
    .nullish()
    .catch(undefined),
});

const parsed = processGlobal("image-configs", () => new LruCache<ImageConfig>(CACHE_BYTES));

/** The config of an image, through the repository that has it; null where it is too large, no JSON, or not there. */
export async function readImageConfig(tx: Tx, repositoryId: string, digest: string): Promise<ImageConfig | null> {
  const link = await tx.repositoryBlob.findUnique({
    where: { repositoryId_digest: { repositoryId, digest } },
    select: { blob: { select: { size: true, storageKey: true, state: true } } },
  });
  if (link?.blob.state !== "live" || link.blob.size > CONFIG_BYTES_MAX) return null;
  const known = parsed.get(digest);
  if (known) return known;
  const config = await load(link.blob.storageKey);
  if (config) parsed.set(digest, config, Number(link.blob.size) * 2 + 200);
  return config;
}

async function load(storageKey: string): Promise<ImageConfig | null> {
  try {
    return parseImageConfig(await blobStore().read(storageKey));
  } catch (error) {
    // A page without a part of it is better than none.
    log.warn({ storageKey, error: String(error) }, "a config could not be read");
    return null;
  }
}

/** Reads what somebody pushed as a config; null where it is no JSON object. Pure. */
export function parseImageConfig(bytes: Buffer): ImageConfig | null {
  const json = jsonOf(bytes);
  const result = Config.safeParse(json);
  if (!result.success) return null;
  const { os, architecture, variant, created, config, history } = result.data;
  return {
    platform: os && architecture ? [os, architecture, variant].filter(Boolean).join("/") : null,
    created: created ?? null,
    ...runOf(config ?? {}),
    history: (history ?? [])
      .slice(0, LIST_MAX)
      .map((step) => ({ createdBy: step.created_by ?? "", emptyLayer: step.empty_layer ?? false })),
  };
}

function runOf(config: NonNullable<z.output<typeof Config>["config"]>) {
  const labels = Object.entries(config.Labels ?? {}).slice(0, LIST_MAX);
  return {
    env: config.Env ?? [],
    entrypoint: config.Entrypoint ?? [],
    cmd: config.Cmd ?? [],
    labels: labels.map(([name, value]): [string, string] => [
      name.slice(0, TEXT_MAX),
      wordsOf(value).slice(0, TEXT_MAX),
    ]),
    user: config.User || null,
    workdir: config.WorkingDir || null,
    ports: config.ExposedPorts ?? [],
    volumes: config.Volumes ?? [],
  };
}

// A label that is no text is shown as the JSON that it was: an object may say of itself that it can't be made a string.
function wordsOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // No JSON is no config: what an artifact has in its place may be anything.
    return null;
  }
}
