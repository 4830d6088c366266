import { Checksum } from "#components/downloads/files-table.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { byteSize } from "#lib/format.ts";
import { platformName } from "./platform.ts";

export interface AssetShown {
  id: string;
  filename: string;
  os: string | null;
  arch: string | null;
  size: number;
  sha256: string;
  signsId: string | null;
}

/** A release's files for the team: what each is for. */
export function AssetsTable({ assets }: { assets: AssetShown[] }) {
  return (
    <Table caption="Files" columns={["File", "For", "Size", "SHA-256"]}>
      {assets.map((asset) => (
        <Row key={asset.id}>
          <Cell className="sm:w-[34%]">
            <span className="font-mono text-xs">{asset.filename}</span>
            {asset.signsId ? (
              <div className="text-soft text-xs">
                signature of {assets.find(({ id }) => id === asset.signsId)?.filename ?? "another file"}
              </div>
            ) : null}
          </Cell>
          <Cell label="For" className="text-[13px]">
            {platformName(asset)}
          </Cell>
          <Cell label="Size">
            <span className="whitespace-nowrap text-[13px]">{byteSize(asset.size)}</span>
          </Cell>
          <Cell label="SHA-256">
            <Checksum sha256={asset.sha256} filename={asset.filename} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
