import { byteSize } from "#lib/format.ts";

/** How much of a limit is used, in words and as a bar. */
export function UsageBar({ label, used, limit }: { label: string; used: number; limit: number | null }) {
  if (limit === null) return <p className="text-sm">{`${byteSize(used)}; there is no limit.`}</p>;
  const share = limit === 0 ? 1 : Math.min(1, used / limit);
  const percent = Math.round(share * 100);
  const words = `${byteSize(used)} of ${byteSize(limit)}, ${percent} %`;
  const tone = share >= 1 ? "bg-danger" : share >= 0.9 ? "bg-warn" : "bg-accent";
  return (
    <div className="grid gap-1.5">
      <p className="text-sm">{words}</p>
      <meter className="sr-only" aria-label={label} min={0} max={100} value={percent}>
        {words}
      </meter>
      <div className="h-2 overflow-hidden rounded-full bg-raised" aria-hidden="true">
        <div className={`h-full rounded-full ${tone}`} style={{ width: `${percent}%` }} />
      </div>
    </div>
  );
}
