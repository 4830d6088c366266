/**
 * The parts of a late write's statement that count by day what was fetched: of each product, and of each member. `fetched`
 * has tenant_id, product_id, member_id, at and its day in UTC. Rows in order, and both tables in the same one, so that two
 * writers don't wait for each other.
 */
export function useByDaySql(fetched: string, counted: "pulls" | "downloads"): string {
  const count = (table: string, key: string, where = "") => `
          INSERT INTO ${table} (${key}, ${counted}, last_at)
          SELECT ${key}, count(*), max(at) FROM ${fetched} ${where} GROUP BY ${key} ORDER BY ${key}
          ON CONFLICT (${key}) DO UPDATE SET ${counted} = ${table}.${counted} + EXCLUDED.${counted},
            last_at = greatest(${table}.last_at, EXCLUDED.last_at)`;
  return `by_product_day AS (${count("product_days", "tenant_id, product_id, day")}), by_member_day AS (${count(
    "member_days",
    "tenant_id, day, product_id, member_id",
    "WHERE member_id IS NOT NULL",
  )})`;
}
