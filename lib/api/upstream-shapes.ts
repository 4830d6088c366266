import { z } from "zod";
import type { RegistryView, UpstreamView } from "#lib/upstream/index.ts";
import { Changed, Id, Instant, Maybe } from "./shapes.ts";

const REGISTRY = { id: Id, name: z.string().meta({ example: "GitHub" }) };

export const RegistryShape = z
  .strictObject({
    ...REGISTRY,
    url: z.string().meta({ example: "https://ghcr.io" }),
    username: Maybe(z.string()).describe("As whom it is asked; the password is never told"),
    secretSetAt: Maybe(Instant),
    repositories: z.int().describe("How many mirror one of its repositories"),
    createdAt: Instant,
  })
  .meta({ id: "UpstreamRegistry" });

export const AddedRegistryShape = z.strictObject(REGISTRY).meta({ id: "AddedUpstreamRegistry" });
export const ChangedRegistryShape = z
  .strictObject({ id: Id, changed: Changed })
  .meta({ id: "ChangedUpstreamRegistry" });

export const MirrorShape = z
  .strictObject({
    repositoryId: Id,
    repository: z.string().meta({ example: "acme/app" }),
    registryId: Id,
    path: z.string().meta({ example: "team/app" }),
    patterns: z.array(z.string()).describe("Which tags are taken over"),
    pullThrough: z.boolean().describe("Whether a pull that finds nothing here is looked for there"),
    freshMinutes: z.int(),
    importEveryHours: Maybe(z.int()).describe("null: by hand alone"),
    importedAt: Maybe(Instant),
    refusals: z.int().describe("Answers that were other bytes than those asked for"),
  })
  .meta({ id: "Mirror" });

export const ChangedMirrorShape = z.strictObject({ repositoryId: Id, changed: Changed }).meta({ id: "ChangedMirror" });

export function viewRegistryRow({ id, name, url, username, secretSetAt, repositories, createdAt }: RegistryView) {
  return { id, name, url, username, secretSetAt, repositories, createdAt };
}

export function viewMirror({ registry: _, registryUrl: __, refusal: ___, refusedAt: ____, ...mirror }: UpstreamView) {
  const { repositoryId, repository, registryId, path, patterns, pullThrough } = mirror;
  const { freshMinutes, importEveryHours, importedAt, refusals } = mirror;
  const what = { repositoryId, repository, registryId, path, patterns, pullThrough };
  return { ...what, freshMinutes, importEveryHours, importedAt, refusals };
}
