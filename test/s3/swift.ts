import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "#lib/free-port.ts";

/** Debian's packages that have what is started here. */
export const SWIFT_PACKAGES = ["swift-proxy", "swift-account", "swift-container", "swift-object", "memcached"];

export interface Swift {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
  stop(): Promise<void>;
}

const SERVERS = ["account", "container", "object", "proxy"] as const;
type Server = (typeof SERVERS)[number];

/** Whether OpenStack Swift is installed, with the settings file that its daemons insist on. */
export function hasSwift(): boolean {
  try {
    const programs = ["memcached", "swift-ring-builder", ...SERVERS.map((server) => `swift-${server}-server`)];
    execFileSync("which", programs, { stdio: "ignore" });
    return /^swift_hash_path_suffix\s*=\s*\S/m.test(readFileSync("/etc/swift/swift.conf", "utf8"));
  } catch {
    return false;
  }
}

/**
 * A real object store that speaks S3: OpenStack Swift with its s3api, one replica, on loopback (docs/adr/0013). `dir` must be on
 * a file system with extended attributes. @throws with its last words where it does not come up
 */
export async function startSwift(dir: string): Promise<Swift> {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(path.join(dir, "devices", "d1"), { recursive: true });
  const ports = Object.fromEntries(
    await Promise.all(SERVERS.map(async (server) => [server, await freePort()])),
  ) as Record<Server, number>;
  const cachePort = await freePort();
  for (const server of SERVERS) {
    if (server !== "proxy") makeRing(dir, server, ports[server]);
    writeFileSync(path.join(dir, `${server}.conf`), configOf(server, { dir, port: ports[server], cachePort }));
  }
  const cache = spawn("memcached", ["-l", "127.0.0.1", "-p", String(cachePort), "-u", userInfo().username, "-m", "16"]);
  const children = [cache, ...SERVERS.map((server) => launch(server, dir))];
  const stop = async () => {
    await Promise.all(children.map(ended));
    rmSync(dir, { recursive: true, force: true });
  };
  const endpoint = `http://127.0.0.1:${ports.proxy}`;
  try {
    await untilAnswers(`${endpoint}/healthcheck`);
    for (const server of ["account", "container", "object"] as const)
      await untilAnswers(`http://127.0.0.1:${ports[server]}/healthcheck`);
  } catch (error) {
    const words = SERVERS.map((server) => readFileSync(path.join(dir, `${server}.log`), "utf8").slice(-1000));
    await stop();
    throw new Error(`Swift did not start:\n${words.join("\n")}`, { cause: error });
  }
  return { endpoint, accessKeyId: "test:tester", secretAccessKey: "testing", stop };
}

function makeRing(dir: string, server: Server, port: number): void {
  const builder = path.join(dir, `${server}.builder`);
  const device = ["--region", "1", "--zone", "1", "--ip", "127.0.0.1", "--port", String(port), "--device", "d1"];
  const steps = [["create", "4", "1", "0"], ["add", ...device, "--weight", "1"], ["rebalance"]];
  for (const step of steps) execFileSync("swift-ring-builder", [builder, ...step], { stdio: "ignore" });
}

function configOf(server: Server, at: { dir: string; port: number; cachePort: number }): string {
  const { dir, port, cachePort } = at;
  const common = [
    "[DEFAULT]",
    "bind_ip = 127.0.0.1",
    `bind_port = ${port}`,
    "workers = 0",
    `user = ${userInfo().username}`,
    `swift_dir = ${dir}`,
    `devices = ${path.join(dir, "devices")}`,
    "mount_check = false",
    "log_level = WARNING",
  ];
  return [...common, ...(server === "proxy" ? proxyConfig(cachePort) : storageConfig(server)), ""].join("\n");
}

const storageConfig = (server: Server) => [
  "[pipeline:main]",
  `pipeline = healthcheck ${server}-server`,
  `[app:${server}-server]`,
  `use = egg:swift#${server}`,
  "[filter:healthcheck]",
  "use = egg:swift#healthcheck",
];

const proxyConfig = (cachePort: number) => [
  "[pipeline:main]",
  "pipeline = catch_errors healthcheck cache s3api tempauth bulk slo dlo proxy-server",
  "[app:proxy-server]",
  "use = egg:swift#proxy",
  "allow_account_management = true",
  "account_autocreate = true",
  "[filter:cache]",
  "use = egg:swift#memcache",
  `memcache_servers = 127.0.0.1:${cachePort}`,
  "[filter:tempauth]",
  "use = egg:swift#tempauth",
  "user_test_tester = testing .admin .reseller_admin",
  "[filter:s3api]",
  "use = egg:swift#s3api",
  "location = us-east-1",
  "[filter:slo]",
  "use = egg:swift#slo",
  "rate_limit_after_segment = 1000",
  ...["catch_errors", "healthcheck", "bulk", "dlo"].flatMap((name) => [`[filter:${name}]`, `use = egg:swift#${name}`]),
];

function launch(server: Server, dir: string): ChildProcess {
  const log = openSync(path.join(dir, `${server}.log`), "w");
  const child = spawn(`swift-${server}-server`, [path.join(dir, `${server}.conf`), "-v"], {
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  return child;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 3000).unref();
  });
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    const answered = await fetch(url).catch(() => null);
    if (answered?.ok) return;
    await sleep(100);
  }
  throw new Error(`${url} did not answer within 15 s`);
}
