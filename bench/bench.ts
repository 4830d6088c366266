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
  /** CPU of all of the subject's processes, the database's included. */
  cpuMs: number;
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
    console.log("purser checks every request and its CPU includes PostgreSQL's; docker-registry checks nothing\n");
    console.log(row(["", "purser /s", "CPU ms", "peer /s", "CPU ms", "per CPU second"]));
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
  if (!subject.credentials) return { perSecond: Number.NaN, cpuMs: Number.NaN };
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
  const before = cpuOf(subject);
  const result = await autocannon({ url, headers, connections: CONNECTIONS, duration: seconds });
  const spent = cpuOf(subject) - before;
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  return { perSecond: result.requests.total / result.duration, cpuMs: (spent / result.requests.total) * 1000 };
}

async function timed(subject: Subject, work: () => Promise<number>): Promise<Figure> {
  const before = cpuOf(subject);
  let seconds = 0;
  for (let n = 0; n < LARGE_REPEATS; n++) seconds += await work();
  return { perSecond: LARGE_REPEATS / seconds, cpuMs: ((cpuOf(subject) - before) * 1000) / LARGE_REPEATS };
}

function cpuOf(subject: Subject): number {
  return subject.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
}

function describe(name: string, figures: Map<string, Figure[]>): string {
  const [ours, peer] = [medianOf(figures.get("purser")), medianOf(figures.get("docker-registry"))];
  const large = name.startsWith("200 MB");
  const rate = (figure: Figure) => (large ? `${Math.round(figure.perSecond * 200)} MB` : figure.perSecond.toFixed(0));
  const cells = (figure: Figure) =>
    Number.isNaN(figure.perSecond) ? ["–", "–"] : [rate(figure), figure.cpuMs.toFixed(2)];
  const ratio = peer.cpuMs / ours.cpuMs;
  const times = large ? `${(ours.perSecond / peer.perSecond).toFixed(2)}× its speed` : `${ratio.toFixed(1)}×`;
  const verdict = Number.isNaN(ratio) ? `${(1000 / ours.cpuMs).toFixed(0)} of ours` : times;
  return row([name, ...cells(ours), ...cells(peer), verdict]);
}

function medianOf(figures: Figure[] = []): Figure {
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return { perSecond: median(figures.map((f) => f.perSecond)), cpuMs: median(figures.map((f) => f.cpuMs)) };
}

function row(cells: readonly string[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(18) : cell.padStart(at === 5 ? 18 : 11))).join("");
}
