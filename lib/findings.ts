/** What a health check found out about one thing: whether it is well, in words, and what would mend it. */
export type Finding = {
  /** What was looked at, in a few words: the same at each check. */
  check: string;
  /** What was found. */
  words: string;
} & (
  | { state: "ok"; fix?: string }
  | {
      state: "warning" | "failed";
      /** What would be right. */
      fix: string;
    }
);

/** Something that the other side of a connection has otherwise than we do. */
export interface Difference {
  /** What kind of thing: price, repository, user. */
  kind: string;
  /** Its name there. */
  key: string;
  change: "new" | "gone" | "different";
  /** What it would change here, in words. */
  words: string;
}
