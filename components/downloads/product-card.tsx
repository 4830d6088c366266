import { CircleCheck, Lock } from "lucide-react";
import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { Trace, type TraceStepShown } from "#components/ui/trace.tsx";

interface Props {
  product: {
    id: string;
    name: string;
    description: string;
    repositories: { name: string; tags: { name: string }[] }[];
  };
  access: { allowed: boolean; message: string | null; warning: string | null; trace: TraceStepShown[] };
  registry: { host: string; insecure: boolean };
  /** The page with all that a refusal rests on. */
  whyHref?: string;
}

/** One product of the portal: how to pull it, or why not. */
export function ProductCard({ product, access, registry, whyHref }: Props) {
  const heading = `product-${product.id}`;
  return (
    <article aria-labelledby={heading} className="wrap-anywhere rounded-lg border border-line bg-surface p-4">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 id={heading} className="min-w-0 font-medium text-sm">
          {product.name}
        </h2>
        {access.allowed ? (
          <Badge tone="good">
            <CircleCheck className="size-3" aria-hidden="true" /> Yours
          </Badge>
        ) : (
          <Badge>
            <Lock className="size-3" aria-hidden="true" /> Locked
          </Badge>
        )}
        {access.warning ? <Badge tone="warn">{access.warning}</Badge> : null}
      </header>
      {product.description ? <p className="mt-1 text-[13px] text-soft">{product.description}</p> : null}
      {access.allowed ? (
        <Repositories repositories={product.repositories} registry={registry} />
      ) : (
        <div className="mt-3 rounded-md bg-raised px-3 py-2 text-sm">
          {access.message}
          <Trace steps={access.trace} />
          {whyHref ? (
            <Link
              href={whyHref}
              aria-label={`What would open ${product.name}`}
              className="mt-1 inline-block rounded text-[13px] text-accent-ink underline underline-offset-2"
            >
              What would open it
            </Link>
          ) : null}
        </div>
      )}
    </article>
  );
}

function Repositories({ repositories, registry }: Pick<Props, "registry"> & Pick<Props["product"], "repositories">) {
  if (repositories.length === 0) return <p className="mt-3 text-[13px] text-soft">Nothing was published yet.</p>;
  return (
    <ul className="mt-3 grid gap-4">
      {repositories.map(({ name, tags }) => (
        <li key={name} className="grid gap-1.5">
          <div className="flex flex-wrap items-center gap-1.5">
            <span className="min-w-0 font-mono text-xs">{name}</span>
            {tags.map((tag) => (
              <Badge key={tag.name}>{tag.name}</Badge>
            ))}
          </div>
          <Commands
            image={`${name}:${(tags.find((tag) => tag.name === "latest") ?? tags[0])?.name ?? "latest"}`}
            registry={registry}
          />
        </li>
      ))}
    </ul>
  );
}

function Commands({ image, registry }: Pick<Props, "registry"> & { image: string }) {
  const plain = registry.insecure ? "--src-tls-verify=false " : "";
  const archive = `${image.split("/").at(-1)?.replace(":", "-")}.tar`;
  return (
    <>
      <CopyField label={`docker command for ${image}`} value={`docker pull ${registry.host}/${image}`} />
      <CopyField
        label={`skopeo command for ${image}`}
        value={`skopeo copy ${plain}docker://${registry.host}/${image} docker-archive:${archive}`}
      />
    </>
  );
}
