/** Which uploads of a release this browser began and did not end: by name, size and time, since it may not keep the files. */

export interface Interrupted {
  name: string;
  size: number;
  /** When the file was changed last. */
  modified: number;
  /** The server's; none where it had not begun. */
  uploadId?: string;
}

const keyOf = (releaseId: string) => `uploads:${releaseId}`;

export function readInterrupted(releaseId: string): Interrupted[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(keyOf(releaseId)) ?? "[]");
    return Array.isArray(list) ? list.filter(isOne) : [];
  } catch {
    // Storage that is off or was written by somebody else: nothing is remembered.
    return [];
  }
}

export function keepInterrupted(releaseId: string, list: readonly Interrupted[]): void {
  try {
    if (list.length === 0) localStorage.removeItem(keyOf(releaseId));
    else
      localStorage.setItem(
        keyOf(releaseId),
        JSON.stringify(list.map(({ name, size, modified, uploadId }) => ({ name, size, modified, uploadId }))),
      );
  } catch {
    // Storage that is off: a reload forgets them, and choosing the file again goes on all the same.
  }
}

function isOne(value: unknown): value is Interrupted {
  const { name, size, modified, uploadId = "" } = (value ?? {}) as Partial<Interrupted>;
  const numbers = typeof size === "number" && typeof modified === "number";
  return typeof name === "string" && numbers && typeof uploadId === "string";
}
