import { queryPrepared, type Statement, translated } from "#lib/db/index.ts";

const LIST_TAGS: Statement = {
  name: "list_tags",
  text: `
    SELECT name FROM tags WHERE repository_id = $1 AND ($2::text IS NULL OR name > $2 COLLATE "C")
    ORDER BY name LIMIT $3`,
};

/**
 * A repository's tags in the order of their bytes (distribution-spec, "Listing Tags").
 * @param page `last` is the tag after which the page begins, `limit` how many there may be
 */
export async function listTags(
  repositoryId: string,
  page: { last: string | null; limit: number },
): Promise<{ tags: string[]; more: boolean }> {
  try {
    const rows = await queryPrepared<{ name: string }>(LIST_TAGS, [repositoryId, page.last, page.limit + 1]);
    return { tags: rows.slice(0, page.limit).map((row) => row.name), more: rows.length > page.limit };
  } catch (error) {
    throw translated(error);
  }
}
