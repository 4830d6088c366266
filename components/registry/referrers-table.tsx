import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { byteSize } from "#lib/format.ts";
import { Digest } from "./digest.tsx";

interface Referrer {
  digest: string;
  artifactType: string | null;
  size: number;
  at: Date;
}

/** What belongs to a manifest: signatures, SBOMs, attestations. */
export function ReferrersTable({ referrers, base, now }: { referrers: Referrer[]; base: string; now: Date }) {
  return (
    <Table caption="Referrers" columns={["Type", "Manifest", "Size", "Pushed"]}>
      {referrers.map((referrer) => (
        <Row key={referrer.digest}>
          <Cell className="sm:w-[50%]">
            <span className="wrap-anywhere">{referrer.artifactType ?? "unknown"}</span>
          </Cell>
          <Cell label="Manifest">
            <Digest digest={referrer.digest} base={base} />
          </Cell>
          <Cell label="Size">{byteSize(referrer.size)}</Cell>
          <Cell label="Pushed" className="text-soft">
            <Time at={referrer.at} now={now} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
