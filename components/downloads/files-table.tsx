import type { ActionResult } from "#components/action-result.ts";
import { fitOf, mineFirst, type Platform, platformName } from "#components/releases/platform.ts";
import { Badge } from "#components/ui/badge.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { byteSize } from "#lib/format.ts";
import { DownloadButton } from "./download-button.tsx";

export interface FileShown extends Platform {
  id: string;
  filename: string;
  size: number;
  sha256: string;
}

interface Props {
  version: string;
  files: FileShown[];
  /** The reader's own computer. */
  mine: Platform;
  onLink: (fileId: string) => Promise<ActionResult<{ url: string }>>;
}

/** A release's files, those for the reader's computer first. */
export function FilesTable({ version, files, mine, onLink }: Props) {
  return (
    <Table caption={`Files of ${version}`} columns={["File", "For", "Size", "SHA-256", "Download"]}>
      {mineFirst(files, mine).map((file) => (
        <Row key={file.id}>
          <Cell className="font-mono text-xs sm:w-[36%]">{file.filename}</Cell>
          <Cell label="For">
            <span className="flex flex-wrap items-center gap-1.5 text-[13px]">
              {platformName(file)}
              {fitOf(file, mine) > 1 ? <Badge tone="accent">Yours</Badge> : null}
            </span>
          </Cell>
          <Cell label="Size">
            <span className="whitespace-nowrap text-[13px]">{byteSize(file.size)}</span>
          </Cell>
          <Cell label="SHA-256">
            <Checksum {...file} />
          </Cell>
          <Cell label="Download" className="sm:w-px">
            <DownloadButton filename={file.filename} onLink={onLink.bind(null, file.id)} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

/** The beginning of a checksum, and the whole of it to take along. */
export function Checksum({ sha256, filename }: Pick<FileShown, "sha256" | "filename">) {
  return (
    <span className="flex items-center gap-1.5">
      <code className="font-mono text-xs" title={sha256}>
        {sha256.slice(0, 12)}
      </code>
      <CopyButton label={`SHA-256 of ${filename}`} value={sha256} />
    </span>
  );
}
