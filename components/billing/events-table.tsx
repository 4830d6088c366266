import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";

export interface ShownEvent {
  id: string;
  type: string;
  customerId: string | null;
  receivedAt: Date;
  state: "done" | "waiting" | "failed";
  attempts: number;
  error: string | null;
  outcome: string | null;
}

const STATES = {
  done: { tone: "good", word: "Done" },
  waiting: { tone: "neutral", word: "Waiting" },
  failed: { tone: "danger", word: "Failed" },
} as const;

/** How far an event is. */
export function EventState({ state }: { state: ShownEvent["state"] }) {
  return <Badge tone={STATES[state].tone}>{STATES[state].word}</Badge>;
}

/** What Stripe sent, and what it led to. */
export function EventsTable({ events, base, now }: { events: ShownEvent[]; base: string; now: Date }) {
  return (
    <Table caption="Events from Stripe" columns={["Received", "Event", "State", "Result"]}>
      {events.map((event) => (
        <Row key={event.id}>
          <Cell label="Received" className="text-soft">
            <Time at={event.receivedAt} now={now} />
          </Cell>
          <Cell label="Event" className="sm:w-[40%]">
            <Link href={`${base}/${event.id}`} className="rounded font-medium text-ink hover:underline">
              {event.type}
            </Link>
            <div className="font-mono text-soft text-xs">{event.id}</div>
            {event.customerId ? <div className="font-mono text-soft text-xs">{event.customerId}</div> : null}
          </Cell>
          <Cell label="State">
            <EventState state={event.state} />
          </Cell>
          <Cell label="Result" className="sm:w-[35%]">
            <span className={event.error ? "line-clamp-2" : undefined}>
              {event.error ?? event.outcome ?? "Not yet."}
            </span>
            {event.attempts > 1 ? <div className="text-soft text-xs">{event.attempts} attempts</div> : null}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
