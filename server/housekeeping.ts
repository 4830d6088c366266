import { forgetWhatHasEnded } from "#lib/identity/index.ts";
import { log } from "#lib/log.ts";
import { eraseDueTenants } from "#lib/tenancy/index.ts";

const HOUR_MS = 3_600_000;

/** What nobody asks for at the time it is due: at the start and every hour, in every worker; a row's lock gives it to one. */
export function startHousekeeping(): void {
  const run = () => {
    eraseDueTenants().catch((error: Error) => log.error({ error: error.stack }, "deleted tenants were not looked for"));
    forgetWhatHasEnded().catch((error: Error) => log.error({ error: error.stack }, "ended sessions were not swept"));
  };
  run();
  setInterval(run, HOUR_MS).unref();
}
