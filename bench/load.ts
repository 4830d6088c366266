import autocannon from "autocannon";
import { cpuSeconds } from "./process-tree.ts";
import type { Subject } from "./subject.ts";

export const CONNECTIONS = 16;

export interface Figure {
  perSecond: number;
  /** CPU of the server's processes, a request. */
  cpuMs: number;
  /** The same with the database's. */
  allMs: number;
}

interface Load {
  url: string;
  headers: Record<string, string>;
  seconds: number;
  /** What the connections ask in turn, each a share of its own; `url` again and again without it. */
  requests?: readonly { path: string; headers: Record<string, string> }[];
}

/** Asks on CONNECTIONS connections at once, for a second to warm up and then for `seconds`. @throws where anything is refused */
export async function load(subject: Subject, { url, headers, seconds, requests }: Load): Promise<Figure> {
  const options = { url, headers, connections: CONNECTIONS, ...(requests ? inShares(requests) : {}) };
  await autocannon({ ...options, duration: 1 });
  const spent = stopwatch(subject);
  const result = await autocannon({ ...options, duration: seconds });
  const cost = spent(result.requests.total);
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  return { perSecond: result.requests.total / result.duration, ...cost };
}

function inShares(requests: NonNullable<Load["requests"]>): Pick<autocannon.Options, "setupClient"> {
  let connection = 0;
  const size = Math.floor(requests.length / CONNECTIONS);
  const setupClient = (client: autocannon.Client) => {
    const first = (connection++ % CONNECTIONS) * size;
    client.setRequests(requests.slice(first, first + size).map((request) => ({ method: "GET" as const, ...request })));
  };
  return { setupClient };
}

/** Starts counting CPU. @returns what was spent since, in ms for each of `requests` */
export function stopwatch({ server, database }: Subject): (requests: number) => Omit<Figure, "perSecond"> {
  const now = () => ({ server: cpuSeconds(server), database: database ? cpuSeconds(database) : 0 });
  const before = now();
  return (requests) => {
    const after = now();
    const cpuMs = ((after.server - before.server) * 1000) / requests;
    return { cpuMs, allMs: cpuMs + ((after.database - before.database) * 1000) / requests };
  };
}
