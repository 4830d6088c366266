import { randomUUID } from "node:crypto";

/** A UUIDv7 (RFC 9562, section 5.7): sorts by the millisecond in which it was made. */
export function newId(): string {
  // randomUUID draws from a cache of random bytes, which is several times cheaper than asking the system each time.
  const random = randomUUID();
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

const PROCESS = randomUUID().slice(-12);
let requests = 0;

/** Names a request in answers and the log: this process and a number. Made for every one of them, so it must cost nothing. */
export function newRequestId(): string {
  requests++;
  // Of one length, or the length of an answer would tell two refusals apart.
  return `${PROCESS}-${requests.toString(36).padStart(8, "0")}`;
}

/** When a UUIDv7 was made, to the millisecond. */
export function timeOfId(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}
