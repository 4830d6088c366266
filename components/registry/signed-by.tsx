import { Badge } from "#components/ui/badge.tsx";

interface Props {
  by: string[];
  /** What there is in a signature's place. */
  problem?: string | null;
  /** It was not asked: its bytes are too many for a page. */
  isUnread?: boolean;
}

/** Whose signature something carries, of those that the policy of access names. */
export function SignedBy({ by, problem, isUnread = false }: Props) {
  if (isUnread) return <span className="text-soft text-xs">… checked when it is published</span>;
  if (by.length > 0) {
    return (
      <span className="inline-flex flex-wrap gap-1">
        {by.map((name) => (
          <Badge key={name} tone="good">
            {name}
          </Badge>
        ))}
      </span>
    );
  }
  return (
    <span>
      <Badge tone="warn">nobody</Badge>{" "}
      {problem ? <span className="text-soft text-xs [overflow-wrap:anywhere]">{problem}</span> : null}
    </span>
  );
}
