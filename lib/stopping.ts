import { processGlobal } from "./process-global.ts";

/** Aborts when this process was told to stop: what would go on for long ends then, and is begun anew elsewhere. */
export function stopping(): AbortController {
  return processGlobal("stopping", () => new AbortController());
}
