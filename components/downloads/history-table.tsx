import { shortDigest } from "#components/registry/digest.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { exactTime, relativeTime } from "#lib/format.ts";

interface Fetch {
  id: string;
  at: Date;
  kind: "pull" | "download";
  product: { slug: string; name: string };
  image: { repository: string | null; tag: string | null; digest: string } | null;
  file: { filename: string | null; version: string | null } | null;
  token: string | null;
  byLink: boolean;
}

/** One's own pulls and downloads, one by one. */
export function HistoryTable({ rows, now }: { rows: Fetch[]; now: Date }) {
  return (
    <Table caption="My pulls and downloads" columns={["When", "Product", "What", "By"]}>
      {rows.map((row) => (
        <Row key={row.id}>
          <Cell label="When" className="text-soft sm:w-56 sm:whitespace-nowrap">
            <time dateTime={row.at.toISOString()} title={relativeTime(row.at, now)}>
              {exactTime(row.at)}
            </time>
          </Cell>
          <Cell label="Product">
            <span className="font-medium text-ink">{row.product.name}</span>
          </Cell>
          <Cell label="What">{row.image ? <Image image={row.image} /> : <File file={row.file} />}</Cell>
          <Cell label="By" className="text-soft">
            {byWords(row)}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function Image({ image: { repository, tag, digest } }: { image: NonNullable<Fetch["image"]> }) {
  return (
    <>
      <div>
        Pulled{" "}
        <code className="font-mono text-xs">{`${repository ?? "a repository that is gone"}${tag ? `:${tag}` : ""}`}</code>
      </div>
      <code className="font-mono text-soft text-xs" title={digest}>
        {shortDigest(digest)}
      </code>
    </>
  );
}

function File({ file }: { file: Fetch["file"] }) {
  return (
    <>
      <div>
        Downloaded <code className="font-mono text-xs">{file?.filename ?? "a file that is gone"}</code>
      </div>
      {file?.version ? <div className="text-[13px] text-soft">of {file.version}</div> : null}
    </>
  );
}

function byWords({ token, kind, byLink }: Fetch): string {
  const link = byLink ? ", by a link" : "";
  if (token) return `token “${token}”${link}`;
  return kind === "download" ? "browser" : "password";
}
