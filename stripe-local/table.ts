interface Row {
  id: string;
}

/** The objects of one kind, oldest first, findable by id and by the object that they belong to. */
export class Table<T extends Row> {
  readonly #rows = new Map<string, T>();
  readonly #ofOwner = new Map<unknown, T[]>();
  readonly #owner: string;

  /** @param owner the field that names whom a row belongs to */
  constructor(owner: string) {
    this.#owner = owner;
  }

  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  add(row: T): T {
    this.#rows.set(row.id, row);
    const owner = row[this.#owner as keyof T];
    const rows = this.#ofOwner.get(owner);
    if (rows?.includes(row)) return row;
    if (rows) rows.push(row);
    else if (typeof owner === "string") this.#ofOwner.set(owner, [row]);
    return row;
  }

  remove(id: string): void {
    this.#rows.delete(id);
  }

  /** All of them, or those of an owner; those that were removed apart. */
  all(owner?: string): T[] {
    if (owner === undefined) return [...this.#rows.values()];
    return (this.#ofOwner.get(owner) ?? []).filter(({ id }) => this.#rows.has(id));
  }
}
