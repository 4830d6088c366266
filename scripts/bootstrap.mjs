// The first step of `npm run up`, `npm test` and their like, on whatever Node is there: installs what the lock file says
// if that is missing, then goes on with the pinned Node and TypeScript. Plain JavaScript, since Node 20 runs it.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const [script, ...args] = process.argv.slice(2);
const stamp = path.join(root, "node_modules/.purser-lock");
const node = path.join(root, "node_modules/node/bin/node");

if (Number(process.versions.node.split(".")[0]) < 20) {
  fail(`Purser needs Node 20 or newer to install itself; this is ${process.version}.`);
}

const lock = createHash("sha256")
  .update(readFileSync(path.join(root, "package-lock.json")))
  .digest("hex");
if (!existsSync(node) || !existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  process.stdout.write("Installing the locked dependencies (a minute or two the first time) …\n");
  const began = Date.now();
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status } = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) fail("npm ci failed: see above. Nothing else was touched.");
  if (!existsSync(node)) fail("npm ci did not install the pinned Node: its install script was not allowed to run.");
  writeFileSync(stamp, lock);
  process.stdout.write(`Installed in ${Math.round((Date.now() - began) / 1000)} s.\n`);
}

// biome-ignore lint/style/noProcessEnv: handed on as it is, with our programs found first.
const inherited = process.env;
const env = { ...inherited, PATH: [path.join(root, "node_modules/.bin"), inherited.PATH].join(path.delimiter) };
const child = spawn(node, [path.join(root, "scripts", `${script}.ts`), ...args], { cwd: root, env, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));

function fail(message) {
  process.stderr.write(`purser: ${message}\n`);
  process.exit(1);
}
