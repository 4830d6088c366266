import { AsyncLocalStorage } from "node:async_hooks";
import { newId } from "../ids.ts";
import { processGlobal } from "../process-global.ts";

/** What is known of the request under way, wherever in the process its code runs: our doors, Next's bundles. */
export interface RequestScope {
  requestId: string;
  /** The client's address. */
  address: string;
  /** What the client calls itself; empty where it does not. */
  userAgent: string;
  /** The status that the answer must have where Next would say 200. */
  status?: number;
}

const storage = processGlobal("request-scope", () => new AsyncLocalStorage<RequestScope>());

export function inRequest<T>(scope: RequestScope, work: () => T): T {
  return storage.run(scope, work);
}

/** The request under way; under `next dev`, where server.ts is not there to open a scope, one made up on the spot. */
export function currentRequest(): RequestScope {
  return storage.getStore() ?? { requestId: newId(), address: "unknown", userAgent: "" };
}

/** Makes the answer's status `status` where the framework would send 200: server actions can't say it themselves. */
export function answerWith(status: number): void {
  const scope = storage.getStore();
  if (scope) scope.status = status;
}
