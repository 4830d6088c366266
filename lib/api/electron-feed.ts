import type { ReleaseFile, ReleaseWithFiles } from "#lib/entitlements/index.ts";
import { urlOf } from "./views.ts";

/** What an electron-updater asks for by its file's name. */
export interface ElectronAsked {
  channel: string;
  platform: string;
}

// Its own words (electron-updater, Provider.getChannelFilePrefix): Windows has none, and Linux names the machine but for x64.
const FEED = /^(?<channel>[a-z0-9-]+?)(?:-(?<system>mac|linux)(?:-(?<arch>arm64|arm|ia32))?)?$/;

/** `latest`, `beta-mac`, `latest-linux-arm64`: a channel and a platform. `latest` is the channel stable. Null for no feed. */
export function electronAsked(feed: string): ElectronAsked | null {
  const { channel, system, arch } = FEED.exec(feed)?.groups ?? {};
  if (!channel) return null;
  const platform = system === "linux" ? `linux-${arch ?? "x64"}` : system === "mac" ? "macos" : "windows";
  return { channel: channel === "latest" ? "stable" : channel, platform };
}

/**
 * A release as electron-updater's generic provider reads it (electron.build, "Auto Update"): YAML, of which JSON's strings
 * are a part. Files without a sha512 are left out; it refuses them.
 */
export function electronFeed({ release, files }: ReleaseWithFiles): string {
  const known = files.filter(({ signsId, sha512 }) => signsId === null && sha512 !== null);
  const [first] = known;
  const lines = [
    `version: ${quoted(release.version)}`,
    "files:",
    ...known.flatMap((file) => [
      `  - url: ${quoted(urlOf(file))}`,
      `    sha512: ${quoted(base64Of(file))}`,
      `    size: ${file.size}`,
    ]),
    ...(first ? [`path: ${quoted(urlOf(first))}`, `sha512: ${quoted(base64Of(first))}`] : []),
    `releaseName: ${quoted(release.version)}`,
    `releaseNotes: ${quoted(release.notes)}`,
    `releaseDate: ${quoted(release.publishedAt?.toISOString() ?? "")}`,
  ];
  return `${lines.join("\n")}\n`;
}

const base64Of = ({ sha512 }: ReleaseFile) => Buffer.from(sha512 ?? "", "hex").toString("base64");

/** A string of JSON, which YAML reads as well where all of it is printable and on one line (YAML 1.2, section 5). */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufffe\uffff]/g, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
