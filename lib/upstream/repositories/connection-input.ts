import { z } from "zod";
import { isRepositoryName } from "#lib/catalog/index.ts";
import { TagPatterns } from "#lib/policies/index.ts";

export const registryId = z.uuid("is not an id");
export const repositoryId = z.uuid("is not an id");

const UpstreamPath = z
  .string()
  .trim()
  .transform((path) => path.replace(/^\/+|\/+$/g, ""))
  .refine(isRepositoryName, "must be a repository's name there, such as library/alpine, without host and tag");

/** What a connection is made of; all but the registry and the name there has a sound default. */
export const Terms = {
  registryId,
  path: UpstreamPath,
  /** Which tags are taken over. */
  patterns: TagPatterns.refine((patterns) => patterns.length > 0, "are missing: * takes all"),
  pullThrough: z.boolean(),
  freshMinutes: z.number().int().min(0).max(10_080),
  importEveryHours: z.number().int().min(1).max(720).nullable(),
};

export const TERMS_BY_DEFAULT = { patterns: ["*"], pullThrough: true, freshMinutes: 5, importEveryHours: null };
