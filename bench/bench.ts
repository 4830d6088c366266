import { randomBytes } from "node:crypto";
import autocannon from "autocannon";
import { cpuSeconds, largestChildMib } from "./process-tree.ts";
import { MANIFEST_TYPE, type Pushed, pull, pushBenchImage, pushBlob } from "./registry-client.ts";
import { type Subject, startDockerRegistry, startPurser } from "./subject.ts";

const MIB = 1024 * 1024;
const LARGE_BYTES = 200 * MIB;
const CONNECTIONS = 16;

interface Options {
  /** How long each measurement of small requests lasts. */
  seconds: number;
  /** How often each is repeated, in turn with the peer; the median counts. */
  rounds: number;
}

interface Figure {
  perSecond: number;
  /** CPU of the server's processes, a request. */
  cpuMs: number;
  /** The same with the database's. */
  allMs: number;
}

type Measure = (subject: Subject, pushed: Pushed, options: Options) => Promise<Figure>;

const MEASURES: Record<string, Measure> = {
  "manifest GET": (subject, { manifest }, options) => small(subject, manifest, options),
  "4 kB blob GET": (subject, { smallBlob }, options) => small(subject, smallBlob, options),
  "200 MB blob GET": (subject, { largeBlob }) => timed(subject, () => pull(subject, largeBlob)),
  "200 MB blob PUT": (subject) => timed(subject, () => pushBlob(subject, randomBytes(LARGE_BYTES))),
  "token issue": (subject, _pushed, options) => tokens(subject, options),
};

/** How often a large blob is moved in a round. */
const LARGE_REPEATS = 4;

/** Measures each subject in turn, round by round, and prints the medians with their ratio. */
export async function bench(options: Options): Promise<void> {
  const subjects = [await startPurser(), await startDockerRegistry()].filter((subject) => subject !== null);
  try {
    const pushed = new Map<Subject, Pushed>();
    for (const subject of subjects) pushed.set(subject, await pushBenchImage(subject, LARGE_BYTES));
    console.log(`${CONNECTIONS} connections, ${options.seconds} s a round, median of ${options.rounds} rounds in turn`);
    console.log(
      "CPU ms a request: the server's processes / with PostgreSQL's. Purser checks all, docker-registry nothing.\n",
    );
    console.log(row(["", "purser /s", "CPU ms", "peer /s", "CPU ms", "ratio"]));
    for (const [name, measure] of Object.entries(MEASURES)) {
      const figures = await inTurn(subjects, options.rounds, (subject) => {
        const there = pushed.get(subject);
        if (!there) throw new Error("nothing was pushed");
        return measure(subject, there, options);
      });
      console.log(describe(name, figures));
    }
    const [purser] = subjects;
    if (purser?.supervisor)
      console.log(`\nlargest worker: ${largestChildMib(purser.supervisor).toFixed(0)} MiB at its peak`);
    if (subjects.length === 1) console.log("docker-registry is not installed: no peer to compare with");
  } finally {
    for (const subject of subjects) await subject.stop();
  }
}

async function inTurn(subjects: Subject[], rounds: number, work: (subject: Subject) => Promise<Figure>) {
  const figures = new Map<string, Figure[]>();
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects)
      figures.set(subject.name, [...(figures.get(subject.name) ?? []), await work(subject)]);
  }
  return figures;
}

async function small(subject: Subject, path: string, { seconds }: Options): Promise<Figure> {
  const headers = { ...(await subject.headers()), accept: MANIFEST_TYPE };
  return load(subject, { url: subject.url + path, headers, seconds });
}

async function tokens(subject: Subject, { seconds }: Options): Promise<Figure> {
  if (!subject.credentials) return NOTHING;
  const url = `${subject.url}/auth/token?service=bench&scope=repository:${subject.repository}:pull`;
  return load(subject, { url, headers: { authorization: `Basic ${subject.credentials}` }, seconds });
}

interface Load {
  url: string;
  headers: Record<string, string>;
  seconds: number;
}

async function load(subject: Subject, { url, headers, seconds }: Load): Promise<Figure> {
  await autocannon({ url, headers, connections: CONNECTIONS, duration: 1 });
  const spent = stopwatch(subject);
  const result = await autocannon({ url, headers, connections: CONNECTIONS, duration: seconds });
  const cost = spent(result.requests.total);
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  return { perSecond: result.requests.total / result.duration, ...cost };
}

async function timed(subject: Subject, work: () => Promise<number>): Promise<Figure> {
  const spent = stopwatch(subject);
  let seconds = 0;
  for (let n = 0; n < LARGE_REPEATS; n++) seconds += await work();
  return { perSecond: LARGE_REPEATS / seconds, ...spent(LARGE_REPEATS) };
}

/** Starts counting CPU. @returns what was spent since, in ms for each of `requests` */
function stopwatch({ server, database }: Subject): (requests: number) => Omit<Figure, "perSecond"> {
  const now = () => ({ server: cpuSeconds(server), database: database ? cpuSeconds(database) : 0 });
  const before = now();
  return (requests) => {
    const after = now();
    const cpuMs = ((after.server - before.server) * 1000) / requests;
    return { cpuMs, allMs: cpuMs + ((after.database - before.database) * 1000) / requests };
  };
}

function describe(name: string, figures: Map<string, Figure[]>): string {
  const [ours, peer] = [medianOf(figures.get("purser")), medianOf(figures.get("docker-registry"))];
  const large = name.startsWith("200 MB");
  const rate = ({ perSecond }: Figure) => (large ? `${Math.round(perSecond * 200)} MB` : perSecond.toFixed(0));
  const cost = ({ cpuMs, allMs }: Figure) => `${cpuMs.toFixed(2)} / ${allMs.toFixed(2)}`;
  const cells = [rate(ours), cost(ours)];
  if (Number.isNaN(peer.perSecond)) {
    return row([
      name,
      ...cells,
      "–",
      "–",
      `${(1000 / ours.cpuMs).toFixed(0)} / ${(1000 / ours.allMs).toFixed(0)} a CPU second`,
    ]);
  }
  const ratio = `${(peer.cpuMs / ours.cpuMs).toFixed(1)} / ${(peer.allMs / ours.allMs).toFixed(1)}× a CPU second`;
  const speed = `${(ours.perSecond / peer.perSecond).toFixed(2)}× its speed`;
  return row([name, ...cells, rate(peer), peer.cpuMs.toFixed(2), large ? speed : ratio]);
}

const NOTHING: Figure = { perSecond: Number.NaN, cpuMs: Number.NaN, allMs: Number.NaN };

function medianOf(figures: Figure[] = []): Figure {
  const median = (key: keyof Figure) =>
    figures.map((figure) => figure[key]).toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
  return { perSecond: median("perSecond"), cpuMs: median("cpuMs"), allMs: median("allMs") };
}

const WIDTHS = [16, 11, 17, 10, 9, 26];

function row(cells: readonly string[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(16) : cell.padStart(WIDTHS[at] ?? 0))).join("");
}
