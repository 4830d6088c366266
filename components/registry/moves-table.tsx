import { ArrowRight } from "lucide-react";
import Link from "next/link";
import type { ActionResult } from "#components/action-result.ts";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { Digest } from "./digest.tsx";
import { UndoButton } from "./undo-button.tsx";

export interface Move {
  id: string;
  tag: string;
  from: string | null;
  to: string | null;
  at: Date;
  by: string;
  /** Why it can't be undone now; null where it can. */
  notUndone: string | null;
}

interface Props {
  moves: Move[];
  base: string;
  now: Date;
  decision: CapabilityDecision;
  onUndo: (moveId: string) => Promise<ActionResult<null>>;
}

/** Every move of a repository's tags, and the way back from those that still stand. */
export function MovesTable({ moves, base, now, decision, onUndo }: Props) {
  return (
    <Table caption="History of tags" columns={["Tag", "Moved", "When", "Undo"]}>
      {moves.map((move) => (
        <Row key={move.id}>
          <Cell className="sm:w-[26%]">
            <Link
              href={`${base}/history?tag=${encodeURIComponent(move.tag)}`}
              className="wrap-anywhere rounded font-medium font-mono text-[13px] text-accent-ink hover:underline"
              aria-label={`History of ${move.tag}`}
            >
              {move.tag}
            </Link>
          </Cell>
          <Cell label="Moved">
            <span className="inline-flex flex-wrap items-center gap-1.5">
              {move.from ? <Digest digest={move.from} /> : <span className="text-soft">new</span>}
              <ArrowRight className="size-3.5 text-soft" role="img" aria-label="to" />
              {move.to ? <Digest digest={move.to} base={base} /> : <span className="text-soft">deleted</span>}
            </span>
          </Cell>
          <Cell label="When" className="text-soft">
            <Time at={move.at} now={now} />
            <div className="text-xs">by {move.by}</div>
          </Cell>
          <Cell label="Undo" className="sm:w-[24%]">
            {move.notUndone ? (
              <span className="text-[13px] text-soft">{move.notUndone}</span>
            ) : (
              <UndoButton move={move} decision={decision} onUndo={onUndo} />
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
