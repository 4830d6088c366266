import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import {
  finishUpload,
  type ProductRow,
  parseRepositoryName,
  putManifest,
  type RepositoryName,
  setImmutableTags,
  startUpload,
} from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";
import { type DemoImage, demoImage, demoIndex, demoReferrer, digestOf } from "./demo-image.ts";

/** The demo's images: two versions and one for two platforms, signed and with an SBOM; `latest` moved each time. */
export async function pushDemoImages(ctx: Ctx, product: ProductRow): Promise<void> {
  const repository = repositoryOf(`${ctx.tenant.slug}/${product.slug}`);
  await push(ctx, { repository, image: imageOf(product, "0.9"), references: ["0.9", "latest"] });
  await push(ctx, { repository, image: imageOf(product, "1.0"), references: ["1.0", "latest"] });
  const images = ["amd64", "arm64"].map((architecture) => ({
    architecture,
    image: imageOf(product, "2.0", architecture),
  }));
  for (const { image } of images) await push(ctx, { repository, image, references: [digestOf(image.manifest)] });
  const index = demoIndex(images);
  await push(ctx, { repository, image: index, references: ["2.0", "latest"] });
  const packages = [{ name: product.slug, versionInfo: "2.0", licenseConcluded: "NOASSERTION" }];
  const referrers = [
    demoReferrer(index, "application/spdx+json", { spdxVersion: "SPDX-2.3", name: product.name, packages }),
    demoReferrer(index, "application/vnd.example.signature.v1+json", { signs: digestOf(index.manifest), by: "demo" }),
  ];
  for (const image of referrers) await push(ctx, { repository, image, references: [digestOf(image.manifest)] });
}

/** Tags that look like a version of the second generation on never move in the demo. */
export async function seedTagRules(ctx: Ctx, product: ProductRow): Promise<void> {
  await setImmutableTags(ctx, { productId: product.id, patterns: ["2.*"] });
}

function imageOf(product: ProductRow, version: string, architecture = "amd64"): DemoImage {
  const readme = `# ${product.name} ${version}\n\n${product.description}\n`;
  const settings = { product: product.slug, version, architecture, instance: randomUUID() };
  return demoImage(
    product.name,
    [
      { "usr/share/doc/README.md": readme, "etc/os-release": "NAME=Purser demo\n" },
      { [`opt/${product.slug}/config.json`]: `${JSON.stringify(settings)}\n` },
    ],
    {
      architecture,
      config: {
        Entrypoint: [`/opt/${product.slug}/bin/${product.slug}`],
        Cmd: ["--config", `/opt/${product.slug}/config.json`],
        User: "10001:10001",
        ExposedPorts: { "8080/tcp": {} },
        Labels: { "org.opencontainers.image.title": product.name, "org.opencontainers.image.version": version },
      },
      commands: ["COPY docs /usr/share/doc", `COPY config.json /opt/${product.slug}/`],
    },
  );
}

function repositoryOf(name: string): RepositoryName {
  const repository = parseRepositoryName(name);
  if (!repository) throw new Error("the demo's products are repositories");
  return repository;
}

interface Push {
  repository: RepositoryName;
  image: DemoImage;
  /** Tags, or the manifest's own digest. */
  references: readonly string[];
}

async function push(ctx: Ctx, { repository, image, references }: Push): Promise<void> {
  for (const { digest, bytes } of image.blobs) {
    const { id } = await startUpload(ctx, repository);
    await finishUpload(ctx, { repository, id }, { digest, source: Readable.from([bytes]) });
  }
  for (const reference of references) {
    await putManifest(ctx, { repository, reference, contentType: image.mediaType, bytes: image.manifest });
  }
}
