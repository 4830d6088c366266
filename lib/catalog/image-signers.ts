import type { Tx } from "#lib/db/index.ts";
import {
  type Found,
  isBundle,
  type Signer,
  type SigningKey,
  signersOfLayer,
  signingKeys,
  together,
} from "#lib/signatures/index.ts";
import {
  type FoundLayer,
  type ImageKey,
  LAYERS_MAX,
  readLayer,
  signatureLayers,
  storedLayers,
} from "./signature-layers.ts";

export type { ImageKey } from "./signature-layers.ts";

/** Who of the signers signed an image; where nobody did, why each signature found is none. */
export async function signersOfImage(db: Tx, image: ImageKey, signers: readonly Signer[]): Promise<Found> {
  return (await signersOfImages(db, [image], signers)).get(keyOfImage(image)) ?? UNSIGNED;
}

/** The same of many, by `keyOfImage`. */
export async function signersOfImages(
  db: Tx,
  images: readonly ImageKey[],
  signers: readonly Signer[],
): Promise<Map<string, Found>> {
  const layers = await signatureLayers(db, images);
  const stored = await storedLayers(db, layers);
  const bytes = await bytesOfImages(db, layers);
  const keys = signingKeys(signers);
  const byImage = Map.groupBy(layers, ({ image }) => keyOfImage(image));
  const found = new Map<string, Found>();
  for (const [key, some] of byImage) {
    const tried: Found[] = [];
    for (const layer of some.slice(0, LAYERS_MAX)) {
      const content = await readLayer(layer, stored.get(`${layer.image.repositoryId} ${layer.digest}`));
      tried.push(tryLayer(layer, { content, bytes: bytes.get(key) ?? null }, keys));
    }
    if (some.length > LAYERS_MAX) tried.push({ by: [], problems: [`more than ${LAYERS_MAX} signatures`] });
    found.set(key, together(tried));
  }
  return found;
}

export function keyOfImage({ repositoryId, digest }: ImageKey): string {
  return `${repositoryId} ${digest}`;
}

const UNSIGNED: Found = { by: [], problems: [] };

interface Content {
  content: Buffer | string;
  /** The image's own; null where no layer is signed as bytes. */
  bytes: Buffer | null;
}

function tryLayer({ image, ...layer }: FoundLayer, { content, bytes }: Content, keys: readonly SigningKey[]): Found {
  if (typeof content === "string") return { by: [], problems: [content] };
  return signersOfLayer({ digest: image.digest, bytes }, { ...layer, content }, keys);
}

// Only a bundle's message is signed as bytes. What else its layer says of itself, whoever pushed it wrote.
async function bytesOfImages(db: Tx, layers: readonly FoundLayer[]): Promise<Map<string, Buffer>> {
  const images = layers.filter(({ mediaType }) => isBundle(mediaType)).map(({ image }) => image);
  if (images.length === 0) return new Map();
  const rows = await db.manifest.findMany({
    where: { OR: [...new Map(images.map((image) => [keyOfImage(image), image])).values()] },
    select: { repositoryId: true, digest: true, bytes: true },
  });
  return new Map(rows.map(({ bytes, ...image }) => [keyOfImage(image), Buffer.from(bytes)]));
}
