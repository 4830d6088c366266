import type { OperationRun, Tx } from "#lib/db/index.ts";
import { plainText } from "../plain-text.ts";
import type { LineLevel } from "./define-run.ts";

const LINES_MAX = 2000;
const TEXT_MAX = 2000;

/** Writes a line of a run's log; after two thousand nothing but that there are more. */
export async function writeLine(
  tx: Tx,
  { tenantId, id }: Pick<OperationRun, "tenantId" | "id">,
  { level, text: said }: { level: LineLevel; text: string },
): Promise<void> {
  const text = plainText(said, TEXT_MAX);
  await tx.$executeRaw`
    INSERT INTO operation_run_lines (tenant_id, run_id, n, level, text)
    SELECT ${tenantId}::uuid, ${id}::uuid, l.n + 1, CASE WHEN l.n + 1 < ${LINES_MAX} THEN ${level} ELSE 'warning' END,
      CASE WHEN l.n + 1 < ${LINES_MAX} THEN ${text} ELSE 'There is more: this log is full.' END
    FROM (SELECT coalesce(max(n), 0) AS n FROM operation_run_lines WHERE run_id = ${id}::uuid) l
    WHERE l.n < ${LINES_MAX}
    ON CONFLICT DO NOTHING`;
}
