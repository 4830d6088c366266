import { type DetailedError, Upload } from "tus-js-client";
import type { ActionResult } from "#components/action-result.ts";

/** What lets one file be sent by this page: where to, and until when the page may. */
export interface Ticket {
  uploadId: string;
  url: string;
  ticket: string;
  expiresAt: Date;
}

interface Asked {
  filename: string;
  size: number;
  /** One that is under way, of the same file: its bytes are not sent again. */
  uploadId?: string;
}

export type AskTicket = (asked: Asked) => Promise<ActionResult<Ticket>>;

interface Hooks {
  /** The upload of the same file that was begun before. */
  uploadId: string | undefined;
  /** Once it has begun. */
  onBegun: (uploadId: string) => void;
  onTicket: AskTicket;
  onProgress: (sent: number) => void;
  onDone: () => void;
  onFailed: (problem: string) => void;
}

// A ticket is asked for anew with each part, well before it ends.
const PART_BYTES = 32 * 1024 * 1024;
const SPARE_MS = 60_000;
const RETRY_MS = [0, 1000, 3000, 5000, 10_000, 20_000];

/**
 * A file's way to the server by tus 1.0.0, ready to start; what arrived before is not sent again. Whether the person may
 * is decided with every part, so the ticket is renewed on the way. @throws Error in words, where there is no ticket
 */
export async function uploadOf(file: File, { uploadId, ...hooks }: Hooks): Promise<Upload> {
  const ask = async (standing: string | undefined) => {
    const answer = await hooks.onTicket({
      filename: file.name,
      size: file.size,
      ...(standing && { uploadId: standing }),
    });
    if (!answer.ok) throw new Error(wordsOf(answer));
    return answer.data;
  };
  let current = await ask(uploadId);
  hooks.onBegun(current.uploadId);
  return new Upload(file, {
    uploadUrl: current.url,
    chunkSize: PART_BYTES,
    retryDelays: RETRY_MS,
    storeFingerprintForResuming: false,
    onBeforeRequest: async (request) => {
      if (current.expiresAt.getTime() - Date.now() < SPARE_MS) current = await ask(current.uploadId);
      request.setHeader("Authorization", `Bearer ${current.ticket}`);
    },
    onProgress: hooks.onProgress,
    onSuccess: hooks.onDone,
    onError: (error) => hooks.onFailed(problemOf(error)),
  });
}

function wordsOf({ message, fields }: Extract<ActionResult, { ok: false }>): string {
  const wrong = Object.entries(fields ?? {}).map(([field, problem]) => `${field} ${problem}`);
  return wrong.length > 0 ? `${wrong.join("; ")}.` : message;
}

/** What the server said about it, in its own words where it said any (RFC 9457). */
function problemOf(error: Error | DetailedError): string {
  const response = "originalResponse" in error ? error.originalResponse : null;
  if (!response) return "The server could not be reached. What has arrived is kept.";
  try {
    const { detail, title } = JSON.parse(response.getBody()) as { detail?: string; title?: string };
    return detail ?? title ?? error.message;
  } catch {
    return `The server answered ${response.getStatus()}.`;
  }
}
