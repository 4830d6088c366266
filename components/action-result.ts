/** What a callback that changes something answers: a sentence either way, and what is wrong field by field. */
export type ActionResult<T = undefined> =
  | { ok: true; message: string; data: T }
  | { ok: false; code: string; message: string; fields?: Record<string, string>; requestId: string };
