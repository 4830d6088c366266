import { queryPrepared, type Statement, translated } from "#lib/db/index.ts";

const LIST_REPOSITORIES: Statement = {
  name: "list_repositories",
  text: `
    SELECT name FROM repositories WHERE product_id = ANY($1) AND ($2::text IS NULL OR name > $2 COLLATE "C")
    ORDER BY name COLLATE "C" LIMIT $3`,
};

/** The names of products' repositories in the order of their bytes: a page of what `_catalog` lists. */
export async function listRepositories(
  productIds: readonly string[],
  page: { last: string | null; limit: number },
): Promise<{ names: string[]; more: boolean }> {
  try {
    const rows = await queryPrepared<{ name: string }>(LIST_REPOSITORIES, [productIds, page.last, page.limit + 1]);
    return { names: rows.slice(0, page.limit).map((row) => row.name), more: rows.length > page.limit };
  } catch (error) {
    throw translated(error);
  }
}
