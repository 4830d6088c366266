import Link from "next/link";
import { buttonClass } from "#components/ui/button.tsx";
import { Trace, type TraceStepShown } from "#components/ui/trace.tsx";

interface Props {
  product: string;
  message: string | null;
  trace: TraceStepShown[];
  /** The page with all that the refusal rests on. */
  whyHref: string;
  /** The way to get it, where there is one. */
  way: { text: string; href?: string; label?: string } | null;
}

/** Why a product can't be had, and what would open it. */
export function Locked({ product, message, trace, whyHref, way }: Props) {
  return (
    <div className="mt-3 rounded-md bg-raised px-3 py-2 text-sm">
      {message}
      {way ? <p className="mt-1">{way.text}</p> : null}
      <Trace steps={trace} />
      <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-2">
        {way?.href ? (
          <Link href={way.href} className={buttonClass({ size: "sm", variant: "primary" })}>
            {way.label}
          </Link>
        ) : null}
        <Link
          href={whyHref}
          aria-label={`What would open ${product}`}
          className="rounded text-[13px] text-accent-ink underline underline-offset-2"
        >
          What would open it
        </Link>
      </div>
    </div>
  );
}
