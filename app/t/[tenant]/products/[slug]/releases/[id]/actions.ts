"use server";

import type { z } from "zod";
import { plural } from "#lib/format.ts";
import { parse } from "#lib/parse.ts";
import {
  type AskUploadTicket,
  archiveRelease,
  forceDeleteRelease,
  publishRelease,
  removeAsset,
  restoreRelease,
  type TieImage,
  ticketForUpload,
  tieImage,
  type UntieImage,
  UpdateAsset,
  untieImage,
  updateAsset,
  updateRelease,
  yankRelease,
} from "#lib/releases/index.ts";
import { teamAction, teamQuestion, teamRemoval } from "#lib/web/index.ts";

const AS_BEFORE = "It was so before: nothing was changed.";

export async function saveNotes(slug: string, releaseId: string, notes: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await updateRelease(ctx, { releaseId, notes });
    return { message: changed ? "The notes are saved." : AS_BEFORE, data: null };
  });
}

export async function publish(slug: string, releaseId: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { release, changed } = await publishRelease(ctx, { releaseId });
    return { message: changed ? `${release.version} is published.` : AS_BEFORE, data: null };
  });
}

export async function yank(slug: string, releaseId: string, reason: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { release, changed } = await yankRelease(ctx, { releaseId, reason });
    return { message: changed ? `${release.version} is yanked.` : AS_BEFORE, data: null };
  });
}

export async function archive(slug: string, releaseId: string, reason: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { release, changed } = await archiveRelease(ctx, { releaseId, reason });
    return { message: changed ? `${release.version} is archived.` : AS_BEFORE, data: null };
  });
}

export async function restore(slug: string, releaseId: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { release, changed } = await restoreRelease(ctx, { releaseId });
    const state = release.status === "draft" ? "a draft again" : `${release.status} again`;
    return { message: changed ? `${release.version} is ${state}.` : AS_BEFORE, data: null };
  });
}

export async function forceDelete(slug: string, releaseId: string, version: string) {
  return teamRemoval(slug, async ({ ctx }) => {
    const { version: deleted, assets } = await forceDeleteRelease(ctx, { releaseId, version });
    return { message: `${deleted} is gone, with ${plural(assets, "file")}.`, data: null };
  });
}

export async function tieTo(slug: string, releaseId: string, image: Omit<z.input<typeof TieImage>, "releaseId">) {
  return teamAction(slug, async ({ ctx }) => {
    const { image: tied, changed } = await tieImage(ctx, { releaseId, ...image });
    return { message: changed ? `${tied.repository} belongs to the release.` : AS_BEFORE, data: null };
  });
}

export async function untieFrom(slug: string, releaseId: string, image: Omit<z.input<typeof UntieImage>, "releaseId">) {
  return teamAction(slug, async ({ ctx }) => {
    const { image: untied } = await untieImage(ctx, { releaseId, ...image });
    return { message: `${untied.repository} no longer belongs to the release.`, data: null };
  });
}

/** Lets the page send one file; asked again while it is on its way. */
export async function askTicket(
  slug: string,
  releaseId: string,
  file: Pick<z.input<typeof AskUploadTicket>, "filename" | "size" | "uploadId">,
) {
  return teamQuestion(slug, ({ ctx }) => ticketForUpload(ctx, { releaseId, ...file }));
}

/** What a file is for, as the page's form says it: no signature is an empty id. */
export async function changeFile(slug: string, assetId: string, change: { os: string; arch: string; signsId: string }) {
  return teamAction(slug, async ({ ctx }) => {
    const input = parse(UpdateAsset, { assetId, ...change, signsId: change.signsId || null });
    const { asset, changed } = await updateAsset(ctx, input);
    return { message: changed ? `${asset.filename} is changed.` : AS_BEFORE, data: null };
  });
}

export async function removeFile(slug: string, assetId: string) {
  return teamAction(slug, async ({ ctx }) => {
    await removeAsset(ctx, { assetId });
    return { message: "The file is gone.", data: null };
  });
}
