import type { ReleaseFile, ReleaseWithFiles } from "#lib/entitlements/index.ts";
import { blobStore, storeFailure } from "#lib/storage/index.ts";
import { LruCache } from "../lru-cache.ts";
import { urlOf } from "./views.ts";

interface Titled {
  product: string;
  releases: readonly ReleaseWithFiles[];
}

/**
 * Releases as Sparkle reads them (https://sparkle-project.org/documentation/publishing/): RSS with an enclosure each. Where
 * a file's signature file holds 64 bytes in base64, that is its EdDSA signature.
 */
export async function appcast({ product, releases }: Titled): Promise<string> {
  const items = await Promise.all(releases.map(itemOf));
  return [
    `<?xml version="1.0" encoding="utf-8"?>`,
    `<rss version="2.0" xmlns:sparkle="http://www.andymatuschak.org/xml-namespaces/sparkle">`,
    "<channel>",
    `<title>${escaped(product)}</title>`,
    ...items,
    "</channel>",
    "</rss>",
    "",
  ].join("\n");
}

async function itemOf({ release, files }: ReleaseWithFiles): Promise<string> {
  const file = archiveAmong(files.filter(({ signsId }) => signsId === null));
  if (!file) return "";
  const signature = await edSignature(files.filter(({ signsId }) => signsId === file.id));
  const version = escaped(release.version);
  return [
    "<item>",
    `<title>${version}</title>`,
    `<pubDate>${release.publishedAt?.toUTCString() ?? ""}</pubDate>`,
    // Who is on stable is given no other channel.
    ...(release.channel === "stable" ? [] : [`<sparkle:channel>${escaped(release.channel)}</sparkle:channel>`]),
    `<sparkle:version>${version}</sparkle:version>`,
    `<sparkle:shortVersionString>${version}</sparkle:shortVersionString>`,
    // As text: Markdown reads well as that, and no HTML in it is ever shown as such.
    `<description sparkle:format="plain-text">${escaped(release.notes)}</description>`,
    `<enclosure url="${escaped(urlOf(file))}" length="${file.size}" type="application/octet-stream"${signature}/>`,
    "</item>",
  ].join("\n");
}

// What Sparkle can unpack, the best first.
const ARCHIVES = [".zip", ".dmg", ".tar.xz", ".tar.gz", ".tar.bz2", ".pkg"];

/** What was made for the system, else what is for any, as an archive is whose name says no system. */
function archiveAmong(files: readonly ReleaseFile[]): ReleaseFile | undefined {
  const made = files.filter(({ os }) => os !== null && os !== "any");
  return bestArchive(made) ?? bestArchive(files);
}

function bestArchive(files: readonly ReleaseFile[]): ReleaseFile | undefined {
  const kinds = ARCHIVES.map((kind) => files.find(({ filename }) => filename.toLowerCase().endsWith(kind)));
  return kinds.find((file) => file !== undefined);
}

const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;
const SIGNATURE_BYTES_MAX = 100;

const contents = new LruCache<string>(1000);

/** The attribute with the first EdDSA signature that is in signature files; empty where none is. */
async function edSignature(files: readonly ReleaseFile[]): Promise<string> {
  for (const file of files) {
    const text = await contentOf(file);
    if (SIGNATURE.test(text)) return ` sparkle:edSignature="${text}"`;
  }
  return "";
}

/** What is in a small file; empty where it is none. What a digest names never changes. */
async function contentOf({ blob, size }: ReleaseFile): Promise<string> {
  if (!blob.isLive || size > SIGNATURE_BYTES_MAX) return "";
  const known = contents.get(blob.digest);
  if (known !== undefined) return known;
  const bytes = await blobStore()
    .read(blob.storageKey)
    .catch((error) => {
      throw storeFailure(error);
    });
  const text = bytes.toString("latin1").trim();
  contents.set(blob.digest, text);
  return text;
}

const SIGNS: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** Text within XML, without the control characters that XML 1.0 has no way to write. */
function escaped(text: string): string {
  const writable = text.toWellFormed().replace(/[^\t\n\r\x20-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "");
  return writable.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);
}
