import { Cell, Row, Table } from "#components/ui/table.tsx";
import { byteSize } from "#lib/format.ts";
import { Digest } from "./digest.tsx";

interface Layer {
  digest: string;
  mediaType: string;
  size: number;
  /** What the config's history says made it. */
  command: string | null;
}

/** An image's layers, the lowest first, each with the command that made it. */
export function LayersTable({ layers }: { layers: Layer[] }) {
  return (
    <Table caption="Layers" columns={["Layer", "Size", "Made by"]}>
      {layers.map((layer, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one layer may stand in an image twice, and their order is fixed
        <Row key={n}>
          <Cell className="sm:w-[24%]">
            <Digest digest={layer.digest} />
            <div className="text-soft text-xs">{layer.mediaType.replace(/^application\/vnd\./, "")}</div>
          </Cell>
          <Cell label="Size">
            <span className="whitespace-nowrap">{byteSize(layer.size)}</span>
          </Cell>
          <Cell label="Made by" className="sm:w-[60%]">
            {layer.command ? (
              <code className="wrap-anywhere line-clamp-6 whitespace-pre-wrap font-mono text-xs">{layer.command}</code>
            ) : (
              <span className="text-soft">–</span>
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
