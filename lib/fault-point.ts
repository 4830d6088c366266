type Hook = (step: string) => unknown;

const HOOK = Symbol.for("purser.fault-hook");

/**
 * A step at which a test may end the process, or make it fail: kill −9, EIO. Does nothing unless the process was started by a
 * test that put a hook there before anything of ours was loaded; no request, setting or row can.
 */
export async function faultPoint(step: string): Promise<void> {
  const hook = (globalThis as { [HOOK]?: Hook })[HOOK];
  if (hook) await hook(step);
}
