import type { Finding } from "../findings.ts";
import type { Call, OfTenant, ProviderKind } from "./provider-kind.ts";

/** Whoever asks waits no longer, and with a schedule the others are looked at within the hour. */
const CHECK_MS = 60_000;

interface Look extends Call {
  ref: string;
  ms?: number;
}

/**
 * What a check of a provider finds. One that gives no answer, and doesn't hear that its time is over, is told as that: who
 * depends on it waits for it just so. @throws the signal's reason, as soon as it aborts
 */
export async function lookAt(kind: ProviderKind, of: OfTenant, look: Look): Promise<Finding[]> {
  const { ref, signal, report, ms = CHECK_MS } = look;
  const over = AbortSignal.timeout(ms);
  const ended = AbortSignal.any([signal, over]);
  const waiting = Promise.withResolvers<never>();
  const giveUp = () => waiting.reject(ended.reason);
  ended.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([kind.check(of, ref, { signal: ended, report }), waiting.promise]);
  } catch (error) {
    signal.throwIfAborted();
    if (!over.aborted) throw error;
    return [noAnswer(kind, ms)];
  } finally {
    ended.removeEventListener("abort", giveUp);
  }
}

function noAnswer({ label }: ProviderKind, ms: number): Finding {
  const words = `${label} gave no answer within ${ms / 1000} seconds.`;
  return { check: "Answers", state: "failed", words, fix: "See whether it is up, and what lies between it and here." };
}
