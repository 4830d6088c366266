import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnv } from "#lib/env.ts";
import { freePort } from "#lib/free-port.ts";
import type { Demo } from "../prisma/seed.ts";

export const WORK = path.resolve(import.meta.dirname, "../.test/bench");

/** A registry under test. */
export interface Subject {
  name: string;
  url: string;
  /** A repository that may be pushed to. */
  repository: string;
  headers(): Promise<Record<string, string>>;
  /** The server's process; its children count with it. */
  server: number;
  /** The database's, where there is one. */
  database: number | null;
  /** The process whose children are the workers, or the one worker. */
  supervisor: number | null;
  /** Basic credentials for the token endpoint, where there is one. */
  credentials: string | null;
  stop(): Promise<void>;
}

/** Purser as `npm run up` starts it, with its demo, on a folder of its own. */
export async function startPurser(): Promise<Subject> {
  const dir = path.join(WORK, "purser");
  rmSync(dir, { recursive: true, force: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = childEnv({
    PORT: String(port),
    DATA_DIR: dir,
    PUBLIC_URL: url,
    LOG_LEVEL: "error",
    DATABASE_URL: "",
    S3_BUCKET: "",
  });
  const up = spawn(process.execPath, ["scripts/up.ts"], { env, stdio: ["ignore", "pipe", "inherit"] });
  await untilSays(up, "Purser is at");
  const demo = JSON.parse(readFileSync(path.join(dir, "demo.json"), "utf8")) as Demo;
  const credentials = Buffer.from(`token:${demo.robot.token}`).toString("base64");
  const repository = demo.images.restricted.split(":")[0] ?? "";
  const { server, postgres } = childrenOf(up.pid ?? 0);
  return {
    name: "purser",
    url,
    repository,
    credentials,
    server,
    database: postgres,
    supervisor: server,
    headers: async () => ({ authorization: `Bearer ${await bearer(url, repository, credentials)}` }),
    stop: () => stopped(up, "SIGINT"),
  };
}

/** Debian's docker-registry (CNCF distribution) on a folder of its own; null where it is not installed. */
export async function startDockerRegistry(): Promise<Subject | null> {
  try {
    execFileSync("docker-registry", ["--version"], { stdio: "ignore" });
  } catch {
    return null;
  }
  const dir = path.join(WORK, "docker-registry");
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const port = await freePort();
  const config = path.join(dir, "config.yml");
  writeFileSync(
    config,
    `version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: ${dir}/data}}\n` +
      `http: {addr: "127.0.0.1:${port}"}\n`,
  );
  const registry = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(`${url}/v2/`);
  return {
    name: "docker-registry",
    url,
    repository: "acme/enterprise",
    credentials: null,
    server: registry.pid ?? 0,
    database: null,
    supervisor: null,
    headers: async () => ({}),
    stop: () => stopped(registry, "SIGTERM"),
  };
}

/** Debian's nginx over the files of a folder, set as its documentation says for large ones; null where it is not installed. */
export async function startNginx(folder: string): Promise<Subject | null> {
  const port = await freePort();
  const dir = path.join(WORK, "nginx");
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const config = path.join(dir, "nginx.conf");
  writeFileSync(
    config,
    `worker_processes auto; pid ${dir}/pid; error_log ${dir}/error.log; events {}\n` +
      `http { access_log off; sendfile on; tcp_nopush on; client_body_temp_path ${dir}; proxy_temp_path ${dir};\n` +
      `fastcgi_temp_path ${dir}; uwsgi_temp_path ${dir}; scgi_temp_path ${dir};\n` +
      `server { listen 127.0.0.1:${port}; root ${folder}; } }\n`,
  );
  // Not by a shell's search: Debian keeps it where only root looks.
  const binary = ["/usr/sbin/nginx", "/usr/bin/nginx"].find((file) => existsSync(file));
  if (!binary) return null;
  const nginx = spawn(binary, ["-c", config, "-g", "daemon off;"], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(url);
  return {
    name: "nginx",
    url,
    repository: "",
    credentials: null,
    server: nginx.pid ?? 0,
    database: null,
    supervisor: null,
    headers: async () => ({}),
    stop: () => stopped(nginx, "SIGTERM"),
  };
}

async function bearer(url: string, repository: string, credentials: string): Promise<string> {
  const scope = `repository:${repository}:pull,push`;
  const response = await fetch(`${url}/auth/token?service=bench&scope=${scope}`, {
    headers: { authorization: `Basic ${credentials}` },
  });
  return ((await response.json()) as { token: string }).token;
}

function childrenOf(pid: number): { server: number; postgres: number } {
  const children = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(pid)], { encoding: "utf8" });
  const find = (word: string) =>
    Number(
      children
        .split("\n")
        .find((line) => line.includes(word))
        ?.trim()
        .split(" ")[0],
    );
  return { server: find("server.ts"), postgres: find("bin/postgres") };
}

function untilSays(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => chunk.toString().includes(words) && resolve());
    child.once("exit", (code) => reject(new Error(`it ended with code ${code}`)));
  });
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(100);
  }
  throw new Error(`${url} did not answer within 10 s`);
}

function stopped(child: ChildProcess, signal: "SIGINT" | "SIGTERM"): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill(signal);
  });
}
