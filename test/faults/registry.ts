/**
 * The registry alone, in a process that a test may kill: `node test/faults/registry.ts`, told over IPC at which step to fail.
 * It is what puts the hook of lib/fault-point.ts in place, before anything of ours is loaded.
 */
export interface Fault {
  step: string;
  /** SIGKILL here; or the system's error of that name, once. */
  does: "kill" | "EIO" | "ENOSPC";
}

let fault: Fault | null = null;

function hook(step: string): void {
  if (fault?.step !== step) return;
  const { does } = fault;
  fault = null;
  if (does === "kill") process.kill(process.pid, "SIGKILL");
  // A signal to oneself may take a moment; nothing may happen in it.
  if (does === "kill") for (;;);
  throw Object.assign(new Error(`${does}: a test's`), { code: does });
}

Object.assign(globalThis, { [Symbol.for("purser.fault-hook")]: hook });
process.on("message", (next: Fault | null) => {
  fault = next;
  process.send?.({ armed: true });
});
process.on("disconnect", () => process.exit());

const { listenDataPlane } = await import("../../server/listen-for-test.ts");
const { port } = await listenDataPlane();
process.send?.({ port });
