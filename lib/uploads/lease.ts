import { query } from "#lib/db/index.ts";

export const LEASE_SECONDS = 15;

export interface Hold {
  signal: AbortSignal;
  /** Whether nobody else can have claimed it, as far as this process knows. */
  isOurs(): boolean;
  stop(): void;
}

/** Renews a claim, asked for at `claimedMs`, until `stop`. The signal ends the writing once the claim is another's, or ran out while we could not renew it. */
export function keepLease(leaseId: string, claimedMs: number): Hold {
  const lost = new AbortController();
  let heldUntil = claimedMs + LEASE_SECONDS * 1000;
  const renewal = setInterval(
    async () => {
      const asked = Date.now();
      const held = await renew(leaseId).catch(() => (Date.now() < heldUntil ? null : false));
      if (held) heldUntil = asked + LEASE_SECONDS * 1000;
      if (held === false) lost.abort();
    },
    (LEASE_SECONDS / 3) * 1000,
  );
  const isOurs = () => !lost.signal.aborted && Date.now() < heldUntil;
  return { signal: lost.signal, isOurs, stop: () => clearInterval(renewal) };
}

/** @returns whether the claim is still ours */
export async function renew(leaseId: string): Promise<boolean> {
  const renewed = await query(
    (tx) =>
      tx.$executeRaw`UPDATE uploads SET leased_until = now() + make_interval(secs => ${LEASE_SECONDS})
      WHERE lease_id = ${leaseId}::uuid`,
  );
  return renewed > 0;
}

/** Gives a claim back with the offset that was reached. @returns how many rows said that it was ours: one, or none */
export function giveBack(
  hold: Hold,
  { leaseId, offset }: { leaseId: string; offset: number },
): Promise<{ count: number }> {
  hold.stop();
  const data = { offset: BigInt(offset), leaseId: null, leasedUntil: null };
  return query((tx) => tx.upload.updateMany({ where: { leaseId }, data }));
}
