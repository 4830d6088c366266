import { randomBytes } from "node:crypto";
import { addMembers, addRepositories, manyName } from "./crowd.ts";
import { CONNECTIONS, type Figure, load, stopwatch } from "./load.ts";
import { largestChildMib } from "./process-tree.ts";
import { MANIFEST_TYPE, type Pushed, pull, pushBenchImage, pushBlob } from "./registry-client.ts";
import { type Subject, startDockerRegistry, startPurser } from "./subject.ts";

const MIB = 1024 * 1024;
const LARGE_BYTES = 200 * MIB;

interface Options {
  /** How long each measurement of small requests lasts. */
  seconds: number;
  /** How often each is repeated, in turn with the peer; the median counts. */
  rounds: number;
}

type Measure = (subject: Subject, pushed: Pushed, options: Options) => Promise<Figure>;

const MEASURES: Record<string, Measure> = {
  "manifest GET": (subject, { manifest }, options) => small(subject, manifest, options),
  "4 kB blob GET": (subject, { smallBlob }, options) => small(subject, smallBlob, options),
  "200 MB blob GET": (subject, { largeBlob }) => timed(subject, () => pull(subject, largeBlob)),
  "64 × 200 MB GET": (subject, { largeBlob }) => atOnce(subject, () => pull(subject, largeBlob)),
  "200 MB blob PUT": (subject) => timed(subject, () => pushBlob(subject, randomBytes(LARGE_BYTES))),
  "token issue": (subject, _pushed, options) => tokens(subject, options),
};

/** How often a large blob is moved in a round. */
const LARGE_REPEATS = 4;
const AT_ONCE = 64;

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
      const figures = await inTurn(subjects, name.startsWith("64") ? 1 : options.rounds, (subject) => {
        const there = pushed.get(subject);
        if (!there) throw new Error("nothing was pushed");
        return measure(subject, there, options);
      });
      console.log(describe(name, figures));
    }
    const [purser] = subjects;
    const there = purser && pushed.get(purser);
    if (purser && there) await alone(purser, there, options);
    if (purser?.supervisor)
      console.log(`\nlargest worker: ${largestChildMib(purser.supervisor).toFixed(0)} MiB at its peak`);
    if (subjects.length === 1) console.log("docker-registry is not installed: no peer to compare with");
  } finally {
    for (const subject of subjects) await subject.stop();
  }
}

/** What the peer has nothing like: members, each with rights of their own, and many repositories. */
async function alone(subject: Subject, there: Pushed, options: Options): Promise<void> {
  const bearers = await addMembers(subject, MEMBERS);
  const cold = bearers.map((bearer) => ({
    path: there.manifest,
    headers: { authorization: `Bearer ${bearer}`, accept: MANIFEST_TYPE },
  }));
  const url = subject.url + there.manifest;
  const figures = await inTurn([subject], options.rounds, () =>
    load(subject, { url, headers: {}, seconds: options.seconds, requests: cold }),
  );
  console.log(describe("cold manifest", figures));
  await addRepositories(subject, { first: 1, last: FEW, tags: FEW });
  const few = await manyFigures(subject, options);
  await addRepositories(subject, { first: FEW + 1, last: MANY, tags: MANY });
  const many = await manyFigures(subject, options);
  for (const name of ["tags/list", "manifest GET"] as const) {
    const [before, after] = [medianOf(few[name]), medianOf(many[name])];
    const ratio = (after.allMs / before.allMs).toFixed(2);
    console.log(
      `${name}: ${before.allMs.toFixed(3)} ms with ${FEW} × ${FEW} tags, ${after.allMs.toFixed(3)} ms with ${MANY} × ${MANY}, ${ratio}×`,
    );
  }
}

/** More than one connection gets through while what is known of a member is kept. */
const MEMBERS = 8000;
const FEW = 10;
const MANY = 1000;

/** The first page of a repository's tags, and its manifests by tag, in ten repositories in turn. */
async function manyFigures(subject: Subject, { seconds, rounds }: Options) {
  const headers = { ...(await subject.headers()), accept: MANIFEST_TYPE };
  const paths = (rest: string) =>
    Array.from({ length: FEW * CONNECTIONS }, (_, n) => ({
      path: `/v2/${manyName(subject, (n % FEW) + 1)}/${rest}`,
      headers,
    }));
  const measure = (rest: string) =>
    inTurn([subject], rounds, () => load(subject, { url: subject.url, headers, seconds, requests: paths(rest) }));
  const [tags, manifests] = [await measure("tags/list?n=10"), await measure("manifests/t7")];
  return { "tags/list": tags.get(subject.name), "manifest GET": manifests.get(subject.name) };
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

/** As many at the same time as a cluster of machines that is updated asks for; once, it moves enough. */
async function atOnce(subject: Subject, work: () => Promise<number>): Promise<Figure> {
  const spent = stopwatch(subject);
  const began = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { perSecond: (AT_ONCE * 1000) / (performance.now() - began), ...spent(AT_ONCE) };
}

async function timed(subject: Subject, work: () => Promise<number>): Promise<Figure> {
  const spent = stopwatch(subject);
  let seconds = 0;
  for (let n = 0; n < LARGE_REPEATS; n++) seconds += await work();
  return { perSecond: LARGE_REPEATS / seconds, ...spent(LARGE_REPEATS) };
}

function describe(name: string, figures: Map<string, Figure[]>): string {
  const [ours, peer] = [medianOf(figures.get("purser")), medianOf(figures.get("docker-registry"))];
  const large = name.includes("200 MB");
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
