import { announceReleases } from "#lib/announcements/index.ts";
import { startDueBackups, tidyBackups } from "#lib/backup/index.ts";
import { forgetEvents, meetStrangers, reportDrift, rereadCustomers, retryStripeEvents } from "#lib/billing/index.ts";
import { applyDueRetention } from "#lib/catalog/index.ts";
import { runCleanups } from "#lib/cleanup/index.ts";
import { runBulkChanges } from "#lib/entitlements/index.ts";
import { forgetAnswers } from "#lib/idempotency/index.ts";
import { forgetWhatHasEnded } from "#lib/identity/index.ts";
import { checkAllProviders } from "#lib/providers/index.ts";
import { sendRecallLetters } from "#lib/recalls/index.ts";
import { performRuns } from "#lib/runs/index.ts";
import { eraseDueTenants } from "#lib/tenancy/index.ts";
import { startDueImports } from "#lib/upstream/index.ts";
import { RUNS } from "./runs.ts";

export interface Job {
  /** When it is due, in UTC. What was due while no worker ran is made up for once. */
  cron: string;
  /** How often a worker asks for it: as long as who called for it may have to wait. */
  pollSeconds: number;
  /** The signal says that this worker is stopping, or lost the job: what is left is for the next one. */
  run(call: { signal: AbortSignal; scheduled: boolean }): Promise<void>;
}

/** Everything that is done in the background, by name. Each may be ended at any time and begun again. */
export const JOBS = {
  announcements: {
    cron: "* * * * *",
    pollSeconds: 15,
    run: async (call) => {
      await announceReleases(call);
    },
  },
  backups: {
    cron: "*/5 * * * *",
    pollSeconds: 30,
    run: async () => {
      await tidyBackups();
      await startDueBackups();
    },
  },
  "bulk-changes": {
    cron: "*/10 * * * *",
    pollSeconds: 2,
    run: (call) => runBulkChanges(call),
  },
  "clean-up": {
    cron: "37 * * * *",
    pollSeconds: 2,
    run: (call) => runCleanups(call),
  },
  housekeeping: {
    cron: "7 * * * *",
    pollSeconds: 30,
    run: async () => {
      await eraseDueTenants();
      await forgetWhatHasEnded();
      await forgetAnswers();
    },
  },
  "provider-checks": {
    cron: "27 * * * *",
    pollSeconds: 30,
    run: (call) => checkAllProviders(call),
  },
  "recall-letters": {
    cron: "* * * * *",
    pollSeconds: 2,
    run: async (call) => {
      await sendRecallLetters(call);
    },
  },
  retention: {
    cron: "17 3 * * *",
    pollSeconds: 30,
    run: async () => {
      await applyDueRetention();
    },
  },
  runs: {
    cron: "* * * * *",
    pollSeconds: 2,
    run: ({ signal }) => performRuns({ signal, runs: RUNS }),
  },
  "stripe-events": {
    cron: "* * * * *",
    pollSeconds: 5,
    run: async (call) => {
      await retryStripeEvents(call);
      await meetStrangers(call);
    },
  },
  "stripe-rereads": {
    cron: "* * * * *",
    pollSeconds: 2,
    run: async (call) => {
      await rereadCustomers(call);
    },
  },
  "stripe-drift": {
    cron: "47 3 * * *",
    pollSeconds: 30,
    run: async (call) => {
      await forgetEvents(call);
      await reportDrift(call);
    },
  },
  "upstream-imports": {
    cron: "*/10 * * * *",
    pollSeconds: 30,
    run: async () => {
      await startDueImports();
    },
  },
} as const satisfies Record<string, Job>;

export type JobName = keyof typeof JOBS;
