import { z } from "zod";
import { matchesPattern } from "#lib/catalog/index.ts";
import { Version, versionKey } from "#lib/releases/index.ts";
import { AppError, notFound } from "../../errors.ts";
import { parse } from "../../parse.ts";
import {
  findNewest,
  findReleaseState,
  type Recalled,
  type ReleaseFile,
  type ReleaseState,
  type ReleaseWithFiles,
} from "./files.ts";
import { ChannelName, Slug } from "./list-downloads.ts";
import { bestFor, Platform, type PlatformAsked, platformOf, runsOn } from "./platform.ts";
import { type Asker, demandProduct } from "./product-named.ts";

const STABLE = "stable";

export const LatestAsked = z.strictObject({
  tenant: Slug.default(""),
  product: Slug,
  platform: Platform,
  channel: ChannelName.default(STABLE),
  /** A file's name, in which `*` stands for anything. */
  filename: z.string().max(200).optional(),
});

/**
 * The file for a platform of a product's highest published version in a channel that has one.
 * @throws not_found; conflict where several are as good, with their names; as demandProduct
 */
export async function findLatestFile(asker: Asker, input: z.input<typeof LatestAsked>): Promise<ReleaseFile> {
  const { channel, filename, platform: text, ...named } = parse(LatestAsked, input);
  const platform = platformOf(text);
  const { productId } = await demandProduct(asker, named, { polled: false });
  const pattern = filename && likeOf(filename);
  const [newest] = await findNewest({ productId, channels: [channel], platform, limit: 1, filename: pattern });
  const fits = newest?.files.filter((file) => isMeant(file, filename) && runsOn(file, platform)) ?? [];
  const [file, ...others] = bestFor(fits, platform);
  if (!file) throw notFound(`file for that platform in the channel ${channel}`);
  if (others.length > 0) throw ambiguous([file, ...others]);
  return file;
}

function isMeant(file: ReleaseFile, filename: string | undefined): boolean {
  return filename === undefined ? file.signsId === null : matchesPattern(file.filename, filename);
}

const likeOf = (glob: string) => glob.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%");

function ambiguous(files: readonly ReleaseFile[]): AppError {
  const names = files.map(({ filename }) => filename).join(", ");
  const { version } = (files[0] as ReleaseFile).release;
  const message = `${version} has ${files.length} files for that platform: ${names}. Name one at the end of the address; * stands for anything.`;
  return new AppError("conflict", message, { reason: "several_files" });
}

export const FeedAsked = z.strictObject({
  tenant: Slug.default(""),
  product: Slug,
  channel: ChannelName.default(STABLE),
  platform: Platform.optional(),
});

// Who follows a channel of pre-releases goes on to the stable version that they led to.
const followed = (channel: string) => [...new Set([channel, STABLE])];

interface FeedWanted {
  /** How many versions. */
  limit: number;
  /** Only files whose sha512 is known. */
  sha512?: boolean;
  /** Only what was made for that system: what runs on any is no installer. */
  native?: boolean;
}

/**
 * The highest published versions of a product that have a file for the platform, in a channel or in stable, the highest
 * first: for programs that look for updates. @throws as demandProduct, unrecorded
 */
export async function listFeed(
  asker: Asker,
  input: z.input<typeof FeedAsked>,
  { native = false, ...wanted }: FeedWanted,
): Promise<ReleaseWithFiles[]> {
  const { channel, platform: text, ...named } = parse(FeedAsked, input);
  const asked = platformOf(text);
  const platform = asked && native ? { ...asked, oses: asked.oses.slice(0, 1) } : asked;
  const { productId } = await demandProduct(asker, named, { polled: true });
  const releases = await findNewest({ productId, channels: followed(channel), platform, ...wanted });
  return releases.map((release) => forPlatform(release, platform));
}

/** A release with its files for a platform alone, and their signatures. */
function forPlatform({ release, files }: ReleaseWithFiles, platform: PlatformAsked | undefined): ReleaseWithFiles {
  const fits = files.filter((file) => file.signsId === null && runsOn(file, platform));
  const signed = new Set(fits.map(({ id }) => id));
  return { release, files: [...fits, ...files.filter(({ signsId }) => signsId !== null && signed.has(signsId))] };
}

export const UpdateAsked = FeedAsked.extend({ current: Version.optional() });

export interface Update {
  /** The release that the program has; null where it names none, or one that is not there. */
  current: { version: string; yanked: boolean; reason: string | null; recalled: Recalled | null } | null;
  /** The highest version above that one; null where there is none. */
  update: ReleaseWithFiles | null;
}

/** Whether there is something newer than what a program has. @throws as listFeed; invalid */
export async function findUpdate(asker: Asker, input: z.input<typeof UpdateAsked>): Promise<Update> {
  const { current, channel, platform: text, ...named } = parse(UpdateAsked, input);
  const platform = platformOf(text);
  const { productId } = await demandProduct(asker, named, { polled: true });
  const above = current === undefined ? undefined : versionKey(current);
  const [newest] = await findNewest({ productId, channels: followed(channel), platform, above, limit: 1 });
  const state =
    current === undefined || above === undefined
      ? null
      : currentOf(current, await findReleaseState(productId, { key: above, version: current }));
  return {
    current: state,
    update: newest ? forPlatform(newest, platform) : null,
  };
}

// What was deleted or archived is told of only where it is recalled.
function currentOf(version: string, { status, yankReason, recalled }: ReleaseState): Update["current"] {
  if (status !== "published" && status !== "yanked" && !recalled) return null;
  return { version, yanked: status === "yanked", reason: yankReason, recalled };
}
