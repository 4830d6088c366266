import { log } from "../log.ts";
import { processGlobal } from "../process-global.ts";
import { queryPrepared, type Statement } from "./pool.ts";

const FLUSH_MS = 1000;
/** So many are written at once, before their second is over. */
const FLUSH_ROWS = 2000;
const WAITING_MAX = 10_000;

interface Kind<Row> {
  /** What they are, in words for the log: pulls. */
  name: string;
  /** The table, parted by month, whose partitions must be there first. */
  table: string;
  /** Each a column's values. */
  columns: readonly (keyof Row & string)[];
  insert: Statement;
}

// The months of the rows themselves, in UTC: a row that went to the default partition would bar its month's own for good.
const ENSURE_MONTHS: Statement = {
  name: "ensure_months",
  text: "SELECT ensure_month($1, month) FROM unnest($2::date[]) AS month",
};

const all = processGlobal("late-writes", () => new Set<LateWrites<{ at: Date }>>());

/** Rows that are written off the path of what they count: by the second, with a bound on what waits while the database is away. */
export class LateWrites<Row extends { at: Date }> {
  readonly #kind: Kind<Row>;
  #rows: Row[] = [];
  #timer: unknown = null;
  /** The last try to write failed: the timer alone tries again. */
  #held = false;

  private constructor(kind: Kind<Row>) {
    this.#kind = kind;
  }

  /** Those of a kind, one a process. */
  static of<Row extends { at: Date }>(kind: Kind<Row>): LateWrites<Row> {
    return processGlobal(`late-writes.${kind.table}`, () => {
      const made = new LateWrites(kind);
      all.add(made as unknown as LateWrites<{ at: Date }>);
      return made;
    });
  }

  add(row: Row): void {
    if (this.#rows.length >= WAITING_MAX) this.#rows.shift();
    this.#rows.push(row);
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
    if (this.#rows.length >= FLUSH_ROWS && !this.#held) void this.flush();
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    this.#timer = null;
    const rows = this.#rows.splice(0);
    if (rows.length === 0) return;
    const { name, table, columns, insert } = this.#kind;
    try {
      const months = new Set(rows.map(({ at }) => `${at.toISOString().slice(0, 7)}-01`));
      await queryPrepared(ENSURE_MONTHS, [table, [...months]]);
      await queryPrepared(
        insert,
        columns.map((column) => rows.map((row) => row[column])),
      );
      this.#held = false;
    } catch (error) {
      log.warn({ error: String(error), rows: rows.length }, `${name} were not counted yet`);
      this.#held = true;
      this.#rows.unshift(...rows.slice(0, WAITING_MAX - this.#rows.length));
      this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS * 5).unref();
    }
  }
}

/** Writes whatever waits, before the process ends. */
export async function flushLateWrites(): Promise<void> {
  await Promise.all([...all].map((writes) => writes.flush()));
}
