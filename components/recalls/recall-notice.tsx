import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { Time } from "#components/ui/time.tsx";
import { plural } from "#lib/format.ts";

interface Recall {
  id: string;
  product: { slug: string; name: string };
  /** A version, or name@digest in short. */
  name: string;
  reason: string;
  replacement: string | null;
  lastAt: Date;
}

/** What a member fetched and should no longer use, with what to do; nothing where there is none. */
export function RecallNotice({ recalls, base, now }: { recalls: Recall[]; base: string; now: Date }) {
  if (recalls.length === 0) return null;
  const it = recalls.length === 1 ? "it" : "them";
  return (
    <section
      aria-labelledby="recalled"
      className="wrap-anywhere mb-6 rounded-lg border border-danger bg-danger-soft p-4 text-danger-ink"
    >
      <h2 id="recalled" className="flex gap-2 font-medium text-sm">
        <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
        {plural(recalls.length, "thing")} that you fetched {recalls.length === 1 ? "is" : "are"} recalled
      </h2>
      <p className="mt-0.5 text-[13px]">
        Stop using {it}, wherever you run {it}.
      </p>
      <ul className="mt-2.5 grid gap-2.5 text-sm">
        {recalls.map(({ id, product, name, reason, replacement, lastAt }) => (
          <li key={id}>
            <Link href={`${base}/products/${product.slug}`} className="rounded font-medium underline">
              {product.name} {name}
            </Link>
            , fetched <Time at={lastAt} now={now} />
            <p className="whitespace-pre-line">{reason}</p>
            {replacement ? <p>Move to {replacement}.</p> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
