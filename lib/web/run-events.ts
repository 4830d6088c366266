import { setTimeout as sleep } from "node:timers/promises";
import { unstable_rethrow } from "next/navigation";
import { type RunLine, type RunView, viewRun, viewRunWithLog } from "#lib/runs/index.ts";
import { findVisit, type TenantAccess } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { AppError } from "../errors.ts";
import { log } from "../log.ts";
import { stopping } from "../stopping.ts";
import { inText } from "./in-text.ts";
import { findUser, requireTeam } from "./require.ts";

const LOOK_MS = 1000;
/** A stream ends after this, and the browser opens the next one: none is held by a proxy, or by us, for ever. */
const STREAM_MS = 5 * 60_000;
/** At once in this process; the page asks for itself where there is no more room. */
const STREAMS_MAX = 200;

let streams = 0;

interface Asked {
  request: Request;
  slug: string;
  runId: string;
}

/**
 * How a run goes on, for the team, as server-sent events (HTML, section 9.2): a message with its state and progress each
 * second, with the lines of its log after `?after=`, until it is over. Every message is decided anew: who leaves the
 * team, signs out, or is asked for a second factor that they lack gets no more. It ends, too, where this process is told to
 * stop: the browser opens the next one, which another process takes. Refusals as on a page.
 * @throws Next's own notFound() and redirect(), for whoever does not belong
 */
export async function runEvents({ request, slug, runId }: Asked): Promise<Response> {
  try {
    const { ctx } = await requireTeam(slug);
    const user = await findUser();
    await viewRun(ctx, runId);
    const still = async () => mayLook((await findVisit(slug, user?.sessionId ?? ""))?.access);
    if (streams >= STREAMS_MAX) throw new AppError("unavailable", "Too many look on now. The page goes on by itself.");
    const after = Number(new URL(request.url).searchParams.get("after")) || 0;
    const gone = AbortSignal.any([request.signal, stopping().signal]);
    return new Response(streamed(news({ ctx, runId, after, still, gone })), {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        // A proxy that gathers what it sends on would keep it all to the end.
        "cache-control": "private, no-store, no-transform",
        "x-accel-buffering": "no",
        "x-content-type-options": "nosniff",
      },
    });
  } catch (error) {
    unstable_rethrow(error);
    return inText(error);
  }
}

function mayLook(access: TenantAccess | null | undefined): boolean {
  return Boolean(access?.role) && !access?.owesSecondFactor;
}

interface Look {
  ctx: Ctx;
  runId: string;
  after: number;
  still: () => Promise<boolean>;
  gone: AbortSignal;
}

async function* news({ ctx, runId, after, still, gone }: Look): AsyncGenerator<string> {
  const until = performance.now() + STREAM_MS;
  let last = after;
  while (!gone.aborted && performance.now() < until) {
    if (!(await still())) return;
    const { run, lines } = await viewRunWithLog(ctx, runId, last);
    last = lines.at(-1)?.n ?? last;
    yield `data: ${JSON.stringify(shown(run, lines))}\n\n`;
    if (run.finishedAt) return;
    await sleep(LOOK_MS, undefined, { signal: gone }).catch(() => undefined);
  }
}

function shown({ state, done, total, phase }: RunView, lines: RunLine[]) {
  return { state, done, total, phase, lines };
}

function streamed(messages: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  streams++;
  let open = true;
  const close = () => {
    if (open) streams--;
    open = false;
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await messages.next();
        if (!done) return controller.enqueue(encoder.encode(value));
      } catch (error) {
        // The browser opens the next stream, and is told there what is wrong.
        log.warn({ error: (error as Error).message }, "the news of a run broke off");
      }
      close();
      controller.close();
    },
    async cancel() {
      close();
      await messages.return(undefined);
    },
  });
}
