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
    `version: ${JSON.stringify(release.version)}`,
    "files:",
    ...known.flatMap((file) => [
      `  - url: ${JSON.stringify(urlOf(file))}`,
      `    sha512: ${JSON.stringify(base64Of(file))}`,
      `    size: ${file.size}`,
    ]),
    ...(first ? [`path: ${JSON.stringify(urlOf(first))}`, `sha512: ${JSON.stringify(base64Of(first))}`] : []),
    `releaseName: ${JSON.stringify(release.version)}`,
    `releaseNotes: ${JSON.stringify(release.notes)}`,
    `releaseDate: ${JSON.stringify(release.publishedAt?.toISOString() ?? "")}`,
  ];
  return `${lines.join("\n")}\n`;
}

const base64Of = ({ sha512 }: ReleaseFile) => Buffer.from(sha512 ?? "", "hex").toString("base64");
