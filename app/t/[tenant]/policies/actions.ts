"use server";

import type { z } from "zod";
import {
  activateDraft,
  archivePolicy,
  type PreviewPolicy,
  previewPolicy,
  restoreVersion,
} from "#lib/enforcement/index.ts";
import { plural } from "#lib/format.ts";
import {
  type CreatePolicy,
  changePolicy,
  createPolicy,
  discardDraft,
  forceDeletePolicy,
  type PreviewPruneVersions,
  previewPruneVersions,
  pruneVersions,
  saveDraft,
  startDraft,
  type VersionKey,
} from "#lib/policies/index.ts";
import { teamAction, teamQuestion, teamRemoval } from "#lib/web/index.ts";

type Written = Omit<z.input<typeof CreatePolicy>, "kind">;
type Key = z.input<typeof VersionKey>;

export async function addPolicy(slug: string, kind: z.input<typeof CreatePolicy>["kind"], written: Written) {
  return teamRemoval(slug, async ({ ctx }) => {
    const { policyId, number } = await createPolicy(ctx, { kind, ...written });
    const next = `/t/${slug}/policies/${policyId}/${number}`;
    return { message: "The policy is a draft: look at what it would change, and put it in force.", data: { next } };
  });
}

export async function rename(slug: string, policyId: string, words: { name: string; description: string }) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await changePolicy(ctx, { ...words, policyId });
    return { message: changed ? "Saved." : "Nothing was changed.", data: null };
  });
}

export async function beginDraft(slug: string, key: Key) {
  return teamRemoval(slug, async ({ ctx }) => {
    const { policyId, number } = await startDraft(ctx, key);
    return { message: `Version ${number} is a draft.`, data: { next: `/t/${slug}/policies/${policyId}/${number}` } };
  });
}

export async function writeDraft(slug: string, key: Key, { document, note }: Pick<Written, "document" | "note">) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await saveDraft(ctx, { ...key, document, note });
    return { message: changed ? "The draft is saved." : "Nothing was changed.", data: null };
  });
}

export async function throwAway(slug: string, key: Key) {
  return teamRemoval(slug, async ({ ctx }) => {
    const { policyGone } = await discardDraft(ctx, key);
    const base = `/t/${slug}/policies`;
    return { message: "The draft is gone.", data: { next: policyGone ? base : `${base}/${key.policyId}` } };
  });
}

/** What a version would change, or no version at all. */
export async function preview(slug: string, input: z.input<typeof PreviewPolicy>) {
  return teamQuestion(slug, ({ ctx }) => previewPolicy(ctx, input));
}

export async function activate(slug: string, key: Key, fingerprint: string) {
  return teamAction(slug, async ({ ctx }) => {
    await activateDraft(ctx, { ...key, fingerprint });
    return { message: `Version ${key.number} is in force.`, data: null };
  });
}

export async function restore(slug: string, key: Key, fingerprint: string) {
  return teamAction(slug, async ({ ctx }) => {
    await restoreVersion(ctx, { ...key, fingerprint });
    return { message: `Version ${key.number} is in force again.`, data: null };
  });
}

export async function archive(slug: string, policyId: string, fingerprint: string) {
  return teamAction(slug, async ({ ctx }) => {
    await archivePolicy(ctx, { policyId, fingerprint });
    return { message: "The policy is archived: it rules nothing any more.", data: null };
  });
}

type PruneRule = Omit<z.input<typeof PreviewPruneVersions>, "policyId">;

export async function previewPrune(slug: string, policyId: string, rule: PruneRule) {
  return teamQuestion(slug, ({ ctx }) => previewPruneVersions(ctx, { ...rule, policyId }));
}

export async function prune(slug: string, policyId: string, rule: PruneRule & { expected: number[] }) {
  return teamAction(slug, async ({ ctx }) => {
    const { pruned } = await pruneVersions(ctx, { ...rule, policyId });
    return { message: `${plural(pruned.length, "version is", "versions are")} gone.`, data: null };
  });
}

export async function forceDelete(slug: string, policyId: string, confirm: string) {
  return teamRemoval(slug, async ({ ctx }) => {
    await forceDeletePolicy(ctx, { policyId, confirm });
    return { message: "The policy is gone for good.", data: null };
  });
}
