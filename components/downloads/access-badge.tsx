import { CircleCheck, Lock } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";

/** Whether a product is one's own, and for how long where that is near its end. */
export function AccessBadge({ allowed, warning }: { allowed: boolean; warning: string | null }) {
  return (
    <>
      {allowed ? (
        <Badge tone="good">
          <CircleCheck className="size-3" aria-hidden="true" /> Yours
        </Badge>
      ) : (
        <Badge>
          <Lock className="size-3" aria-hidden="true" /> Locked
        </Badge>
      )}
      {warning ? <Badge tone="warn">{warning}</Badge> : null}
    </>
  );
}
