import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";

export interface AuditEvent {
  id: string;
  at: Date;
  actorLabel: string;
  action: string;
  outcome: "done" | "denied";
  subjectLabel: string | null;
  reason: string | null;
  before: unknown;
  after: unknown;
  requestId: string;
}

/** The audit log: who did what to what, when; the state before and after on demand. */
export function AuditTable({ events, now }: { events: AuditEvent[]; now: Date }) {
  return (
    <Table caption="Audit log" columns={["When", "Who", "What", "Details"]}>
      {events.map((event) => (
        <Row key={event.id}>
          <Cell label="When" className="text-soft">
            <Time at={event.at} now={now} />
          </Cell>
          <Cell label="Who" className="sm:w-[24%]">
            {event.actorLabel}
          </Cell>
          <Cell label="What">
            <span className="inline-flex flex-wrap items-center gap-1.5">
              <code className="font-mono text-[13px]">{event.action}</code>
              {event.outcome === "denied" ? <Badge tone="danger">Denied</Badge> : null}
            </span>
            {event.subjectLabel ? <div className="text-[13px] text-soft">{event.subjectLabel}</div> : null}
          </Cell>
          <Cell label="Details" className="sm:w-[30%]">
            {event.reason ? <p className="line-clamp-1 text-[13px]">{event.reason}</p> : null}
            <details className="text-[13px]">
              <summary className="w-fit rounded text-soft hover:text-ink" aria-label={`More about ${event.action}`}>
                More
              </summary>
              <dl className="mt-1.5 grid gap-1.5">
                {event.reason ? (
                  <div>
                    <dt className="text-soft text-xs">Reason</dt>
                    <dd>{event.reason}</dd>
                  </div>
                ) : null}
                <State name="Before" value={event.before} />
                <State name="After" value={event.after} />
                <div>
                  <dt className="text-soft text-xs">Request</dt>
                  <dd className="font-mono text-xs">{event.requestId}</dd>
                </div>
              </dl>
            </details>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function State({ name, value }: { name: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <div>
      <dt className="text-soft text-xs">{name}</dt>
      <dd className="whitespace-pre-wrap rounded bg-raised px-2 py-1 font-mono text-xs">
        {JSON.stringify(value, null, 2)}
      </dd>
    </div>
  );
}
