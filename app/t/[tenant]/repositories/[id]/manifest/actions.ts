"use server";

import { deleteImage, deleteTagById, previewDeletion } from "#lib/catalog/index.ts";
import { plural } from "#lib/format.ts";
import { teamQuestion, teamRemoval } from "#lib/web/index.ts";

/** What deleting a manifest takes along, asked when its button is touched. */
export async function askDeletion(slug: string, repositoryId: string, digest: string) {
  return teamQuestion(slug, async ({ ctx }) => {
    const { tags, children, referrers, bytes } = await previewDeletion(ctx, { repositoryId, digest });
    return { tags, children: children.length, referrers: referrers.length, bytes };
  });
}

export async function removeImage(slug: string, image: { repositoryId: string; digest: string }, confirm: string) {
  return teamRemoval(slug, async ({ ctx }) => {
    const { children, referrers } = await deleteImage(ctx, { ...image, confirm });
    const manifests = 1 + children.length + referrers.length;
    return { message: `${plural(manifests, "manifest")} ${manifests === 1 ? "was" : "were"} deleted.`, data: null };
  });
}

export async function removeTag(slug: string, repositoryId: string, tag: string) {
  return teamRemoval(slug, async ({ ctx }) => {
    await deleteTagById(ctx, { repositoryId, tag });
    return { message: `The tag ${tag} was deleted.`, data: null };
  });
}
