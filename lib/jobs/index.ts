/**
 * Work that nobody waits for: on a schedule or when somebody asks, by one worker at a time, gone on with elsewhere when
 * that worker dies. It stands above the domain: it calls their verbs, and none of them knows of it (docs/adr/0014).
 * Hidden: pg-boss, its schema `pgboss` in the same database, how a dead worker is noticed.
 */
export { runSoon, startJobs, stopJobs } from "./start-jobs.ts";
