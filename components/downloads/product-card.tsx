import Link from "next/link";
import type { ComponentProps } from "react";
import { ChannelBadge } from "#components/releases/release-badges.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { Time } from "#components/ui/time.tsx";
import { plural } from "#lib/format.ts";
import { AccessBadge } from "./access-badge.tsx";
import { Locked } from "./locked.tsx";

interface Props {
  product: { id: string; name: string; description: string };
  access: { allowed: boolean; message: string | null; warning: string | null };
  newest: { version: string; channel: string; publishedAt: Date; files: number } | null;
  /** The line that pulls its newest image; null where there is none. */
  pull: string | null;
  /** Its own page. */
  href: string;
  locked: Pick<ComponentProps<typeof Locked>, "trace" | "whyHref" | "way">;
  now: Date;
}

/** One product of the portal: what is newest of it and how to pull it, or why not. */
export function ProductCard({ product, access, newest, pull, href, locked, now }: Props) {
  const heading = `product-${product.id}`;
  return (
    <article aria-labelledby={heading} className="wrap-anywhere rounded-lg border border-line bg-surface p-4">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 id={heading} className="min-w-0 font-medium text-sm">
          {access.allowed ? (
            <Link href={href} className="rounded text-accent-ink hover:underline">
              {product.name}
            </Link>
          ) : (
            product.name
          )}
        </h2>
        <AccessBadge {...access} />
      </header>
      {product.description ? <p className="mt-1 text-[13px] text-soft">{product.description}</p> : null}
      {access.allowed ? (
        <div className="mt-3 grid gap-2">
          {newest ? <Newest {...newest} now={now} /> : null}
          {pull ? <CopyField label={`docker command for ${product.name}`} value={pull} /> : null}
          {newest || pull ? (
            <Link
              href={href}
              aria-label={`Releases of ${product.name} and how to install it`}
              className="w-fit rounded text-[13px] text-accent-ink underline underline-offset-2"
            >
              Releases, files and other ways to install it
            </Link>
          ) : (
            <p className="text-[13px] text-soft">Nothing was published yet.</p>
          )}
        </div>
      ) : (
        <Locked product={product.name} message={access.message} {...locked} />
      )}
    </article>
  );
}

function Newest({ version, channel, publishedAt, files, now }: NonNullable<Props["newest"]> & { now: Date }) {
  return (
    <p className="flex flex-wrap items-center gap-2 text-[13px]">
      <span className="font-medium font-mono">{version}</span>
      <ChannelBadge channel={channel} />
      <span className="text-soft">
        published <Time at={publishedAt} now={now} />
        {files > 0 ? `, ${plural(files, "file")}` : ""}
      </span>
    </p>
  );
}
