import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { Checksum } from "#components/downloads/files-table.tsx";
import { SignedBy } from "#components/registry/signed-by.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { byteSize } from "#lib/format.ts";
import { type AssetChange, EditAsset } from "./edit-asset.tsx";
import type { Signed } from "./images-table.tsx";
import { platformName } from "./platform.ts";

export interface AssetShown {
  id: string;
  filename: string;
  os: string | null;
  arch: string | null;
  size: number;
  sha256: string;
  signsId: string | null;
  /** Null where no policy asks for it, and for what is a signature itself. */
  signed: Signed | null;
}

interface Props {
  assets: AssetShown[];
  may: { edit: CapabilityDecision; remove: CapabilityDecision };
  onChange: (assetId: string, change: AssetChange) => Promise<ActionResult<null>>;
  onRemove: (assetId: string) => Promise<ActionResult<null>>;
}

/** A release's files for the team: what each is for, and what can be changed about it. */
export function AssetsTable({ assets, may, onChange, onRemove }: Props) {
  return (
    <Table caption="Files" columns={["File", "For", "Size", "SHA-256", "Change"]}>
      {assets.map((asset) => (
        <Row key={asset.id}>
          <Cell className="sm:w-[34%]">
            <span className="font-mono text-xs">{asset.filename}</span>
            {asset.signsId ? (
              <div className="text-soft text-xs">
                signature of {assets.find(({ id }) => id === asset.signsId)?.filename ?? "another file"}
              </div>
            ) : null}
            {asset.signed ? (
              <div className="mt-1 text-soft text-xs">
                signed by <SignedBy {...asset.signed} />
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
          <Cell label="Change" className="sm:w-px">
            <span className="flex gap-1.5">
              <EditAsset asset={asset} others={assets} decision={may.edit} onChange={onChange.bind(null, asset.id)} />
              <ConfirmButton
                small
                verb="Remove"
                label={`Remove ${asset.filename}`}
                title={`Remove ${asset.filename}?`}
                consequence="Nobody can download it any more. It can be uploaded again."
                decision={may.remove}
                onConfirm={onRemove.bind(null, asset.id)}
              />
            </span>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
