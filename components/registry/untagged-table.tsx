import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { byteSize } from "#lib/format.ts";
import { Digest } from "./digest.tsx";

interface Manifest {
  digest: string;
  mediaType: string;
  artifactType: string | null;
  bytes: number;
  at: Date;
}

/** Manifests that no tag and no other manifest leads to. */
export function UntaggedTable({ manifests, base, now }: { manifests: Manifest[]; base: string; now: Date }) {
  return (
    <Table caption="Untagged manifests" columns={["Manifest", "Type", "Size", "Pushed"]}>
      {manifests.map((manifest) => (
        <Row key={manifest.digest}>
          <Cell>
            <Digest digest={manifest.digest} base={base} />
          </Cell>
          <Cell label="Type" className="sm:w-[44%]">
            <span className="wrap-anywhere text-[13px]">{manifest.artifactType ?? manifest.mediaType}</span>
          </Cell>
          <Cell label="Size">{byteSize(manifest.bytes)}</Cell>
          <Cell label="Pushed" className="text-soft">
            <Time at={manifest.at} now={now} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
