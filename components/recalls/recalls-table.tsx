import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";

export interface LettersShown {
  sent: number;
  waiting: number;
  failed: number;
}

interface Recall {
  id: string;
  /** As a person reads it: a version, or name@digest in short. */
  name: string;
  reason: string;
  recalledAt: Date;
  liftedAt: Date | null;
  letters: LettersShown;
}

/** Whether a recall stands. */
export function RecallState({ lifted }: { lifted: boolean }) {
  return lifted ? <Badge>Lifted</Badge> : <Badge tone="danger">Recalled</Badge>;
}

/** `12 sent, 2 waiting`, `none` */
export function lettersShown({ sent, waiting, failed }: LettersShown): string {
  const parts = [
    ...(sent > 0 ? [`${sent} sent`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return parts.join(", ") || "none";
}

/** A product's recalls, lifted ones too. */
export function RecallsTable({ recalls, base, now }: { recalls: Recall[]; base: string; now: Date }) {
  return (
    <Table caption="Recalls" columns={["Recalled", "State", "Why", "Letters", "When"]}>
      {recalls.map(({ id, name, reason, recalledAt, liftedAt, letters }) => (
        <Row key={id} muted={liftedAt !== null}>
          <Cell className="sm:w-[28%]">
            <Link
              href={`${base}/${id}`}
              className="wrap-anywhere rounded font-medium font-mono text-[13px] text-accent-ink hover:underline"
            >
              {name}
            </Link>
          </Cell>
          <Cell label="State">
            <RecallState lifted={liftedAt !== null} />
          </Cell>
          <Cell label="Why" className="text-[13px]">
            {reason.length > SHOWN ? `${reason.slice(0, SHOWN).trimEnd()}…` : reason}
          </Cell>
          <Cell label="Letters" className="text-[13px] text-soft">
            {lettersShown(letters)}
          </Cell>
          <Cell label="When" className="text-soft">
            <Time at={recalledAt} now={now} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

const SHOWN = 120;
