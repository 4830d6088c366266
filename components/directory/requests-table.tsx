import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";

interface RequestShown {
  id: string;
  at: Date;
  method: string;
  path: string;
  status: number;
  error: string | null;
  requestId: string;
}

/** The last requests of the directory with what came of them. */
export function RequestsTable({ requests, now }: { requests: RequestShown[]; now: Date }) {
  return (
    <Table caption="Last requests of the directory" columns={["Request", "Answer", "When"]}>
      {requests.map(({ id, at, method, path, status, error, requestId }) => (
        <Row key={id}>
          <Cell className="wrap-anywhere sm:w-[45%]">
            <span className="font-mono text-[13px]">
              {method} {path}
            </span>
          </Cell>
          <Cell label="Answer">
            <Badge tone={status < 400 ? "good" : status === 404 ? "neutral" : "danger"}>{status}</Badge>
            {error ? <div className="wrap-anywhere text-[13px] text-soft">{error}</div> : null}
          </Cell>
          <Cell label="When" className="text-soft">
            <Time at={at} now={now} />
            <div className="text-xs">{requestId}</div>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
