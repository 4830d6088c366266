import { afterEach } from "vitest";
import { z } from "zod";
import { db, transaction } from "#lib/db/index.ts";
import type { Fixture } from "#lib/testing/index.ts";
import type { Ctx } from "../context.ts";
import { newId } from "../ids.ts";
import { type AnyRun, defineRun, performRuns, type RunDefinition, startRun } from "./index.ts";

const Input = z.strictObject({ word: z.string() });
type Input = z.infer<typeof Input>;

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

/** A kind of its own, that no other test's worker takes. */
export function aKind(perform: RunDefinition<Input>["perform"], more: Partial<RunDefinition<Input>> = {}) {
  const capabilities = { view: "provider.view", start: "provider.syncInventory" } as const;
  return defineRun({
    kind: `test.${newId()}`,
    label: "Test",
    ...capabilities,
    input: Input,
    onDeath: "again",
    perform,
    ...more,
  });
}

export const start = (ctx: Ctx, run: AnyRun, more: { secret?: string; subject?: { id: string; label: string } } = {}) =>
  transaction((tx) => startRun(tx, ctx, { run, input: { word: "hello" }, ...more }));

export function perform(...runs: AnyRun[]): Promise<void> {
  const stop = new AbortController();
  stops.push(stop);
  return performRuns({ signal: stop.signal, runs });
}

export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}

/** Waits for the signal, as work does that is stopped. */
export const until = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));

export const rowOf = (id: string) => db().operationRun.findUniqueOrThrow({ where: { id } });

export async function eventsOf(t: Fixture) {
  const events = await db().auditEvent.findMany({ where: { tenantId: t.tenant.id }, orderBy: { seq: "asc" } });
  return events
    .filter(({ action }) => action.startsWith("run."))
    .map(({ action, actorLabel, after }) => ({ action, actorLabel, after }));
}
