import { isRefusedAddress } from "#lib/outgoing/index.ts";
import { invalid, isAppError } from "../../errors.ts";
import type { Finding } from "../../findings.ts";
import { ask, hostOf, isDenied, type Registry } from "../client/index.ts";

const SKEW_SECONDS = 300;
const CERTIFICATE_DAYS = 21;
const SLOW_MS = 3000;
const PING_BYTES_MAX = 64 * 1024;

type Answer = Pick<Awaited<ReturnType<typeof ask>>, "status" | "headers" | "certificateUntil">;

/** What a registry's first address answered, and after how long. */
interface Ping extends Answer {
  tookMs: number;
}

async function ping(registry: Registry, signal?: AbortSignal): Promise<Ping> {
  const since = performance.now();
  const answer = await ask(registry, { path: "/v2/" }, { signal, bytesMax: PING_BYTES_MAX, wholeMs: 20_000 });
  answer.body.destroy();
  return { ...answer, tookMs: performance.now() - since };
}

/**
 * Asks a registry whether it is one and takes the credentials, before they are kept.
 * @throws invalid beside the field that is wrong; unavailable where it can't be asked now
 */
export async function demandRegistry(registry: Registry): Promise<void> {
  const { credentials } = registry;
  try {
    const answered = wrongWith(await ping(registry));
    if (answered) throw invalid({ url: `is no registry: ${hostOf(registry)}/v2/ answers ${answered}` });
  } catch (error) {
    if (!isDenied(error)) throw error;
    // Who asks without credentials for what needs none is often let in only once the repository is named.
    if (credentials) throw invalid({ password: `and user name are not accepted by ${hostOf(registry)}` });
  }
}

/** What is well with a registry and what is not. Never throws for what the other side does wrong. */
export async function lookAt(registry: Registry, signal?: AbortSignal): Promise<Finding[]> {
  try {
    const answer = await ping(registry, signal);
    const answered = wrongWith(answer);
    if (answered) return [unreachable(`${hostOf(registry)}/v2/ answers ${answered}: that is no registry.`)];
    return [reachable(answer), credentialsFound(registry), clockFound(answer), ...certificateFound(answer)];
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (!isDenied(error)) return [unreachable(error.message, isRefusedAddress(error))];
    return [reachable(null), credentialsRefused(registry)];
  }
}

/** What no registry answers; null where all is as it should be. */
function wrongWith({ status, headers }: Ping): string | null {
  if (status !== 200) return String(status);
  return headers["content-type"]?.startsWith("text/html") ? "with a web page" : null;
}

function reachable(answer: Ping | null): Finding {
  const check = "Reachable";
  if (!answer) return { check, state: "ok", words: "It answers." };
  const words = `It answers after ${Math.round(answer.tookMs)} ms.`;
  if (answer.tookMs < SLOW_MS) return { check, state: "ok", words };
  return { check, state: "warning", words, fix: "Pulls of what is not kept wait that long: import ahead." };
}

function unreachable(words: string, refused = false): Finding {
  const fix = refused
    ? "Use its public address, or ask the operator of this Purser."
    : "See whether it runs, and whether this server may reach it.";
  return { check: "Reachable", state: "failed", words, fix };
}

function credentialsFound({ credentials }: Registry): Finding {
  const words = credentials ? `${credentials.username} is let in.` : "It is asked without credentials.";
  return { check: "Credentials", state: "ok", words };
}

function credentialsRefused({ credentials }: Registry): Finding {
  const check = "Credentials";
  if (credentials) {
    const fix = "Set a new password or token: the old one was changed, or has ended.";
    return { check, state: "failed", words: `${credentials.username} is not let in.`, fix };
  }
  const words = "It asks for credentials; what is public may be read without.";
  return { check, state: "warning", words, fix: "Where it is private, set a user name and a password." };
}

// A clock that is wrong breaks tokens, which hold for minutes.
function clockFound({ headers }: Ping): Finding {
  const check = "Clock";
  const theirs = Date.parse(headers.date ?? "");
  if (Number.isNaN(theirs)) return { check, state: "ok", words: "It does not tell the time." };
  const seconds = Math.round(Math.abs(Date.now() - theirs) / 1000);
  if (seconds <= SKEW_SECONDS) return { check, state: "ok", words: `Its clock and ours are ${seconds} s apart.` };
  const words = `Its clock and ours are ${seconds} s apart: tokens may be taken for expired.`;
  return { check, state: "warning", words, fix: "Set the clock that is wrong." };
}

function certificateFound({ certificateUntil }: Ping): Finding[] {
  const check = "Certificate";
  if (!certificateUntil) {
    return [{ check, state: "warning", words: "It is called without TLS.", fix: "Give it a certificate." }];
  }
  const days = Math.floor((certificateUntil.getTime() - Date.now()) / 86_400_000);
  const words = `Its TLS certificate holds for another ${days} days.`;
  if (days > CERTIFICATE_DAYS) return [{ check, state: "ok", words }];
  return [{ check, state: "warning", words, fix: "It should be renewed by whoever runs the registry." }];
}
