import type { Metadata } from "next";
import Link from "next/link";
import { CleanupButtons } from "#components/storage/cleanup-buttons.tsx";
import { RunsTable } from "#components/storage/runs-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { byteSize, duration, plural } from "#lib/format.ts";
import { type InstanceStorage, viewInstanceStorage } from "#lib/instance/index.ts";
import { onPage, requireInstanceAdmin } from "#lib/web/index.ts";
import { startCleanup } from "./actions.ts";

export const metadata: Metadata = { title: "Storage" };

export default async function StoragePage() {
  const { ctx } = await requireInstanceAdmin("/admin/storage");
  const storage = await onPage(() => viewInstanceStorage(ctx));
  const busy = storage.runs.some(({ state }) => state === "waiting" || state === "running");
  const grace = duration(storage.graceHours * 3_600_000);
  return (
    <>
      <PageHeader title="Storage" action={<CleanupButtons busy={busy} grace={grace} onStart={startCleanup} />}>
        {`Every hour, what no image refers to is removed ${grace} after somebody last asked for it.`}
      </PageHeader>
      <Sizes storage={storage} />
      <h2 className="mt-8 mb-2 font-semibold text-sm">Clean-ups</h2>
      {storage.runs.length === 0 ? (
        <EmptyState title="No clean-up ran so far">The first one is due within the hour.</EmptyState>
      ) : (
        <RunsTable runs={storage.runs} now={ctx.now} />
      )}
      <h2 className="mt-8 mb-2 font-semibold text-sm">Largest workspaces</h2>
      {storage.tenants.length === 0 ? (
        <EmptyState title="Nobody keeps anything">Workspaces stand here once they have pushed an image.</EmptyState>
      ) : (
        <Tenants tenants={storage.tenants} />
      )}
    </>
  );
}

function Sizes({ storage: { physical, logicalBytes, uploads, disk } }: { storage: InstanceStorage }) {
  return (
    <Facts
      facts={[
        ["In the store", `${byteSize(physical.bytes)} in ${plural(physical.blobs, "blob")}`],
        ["Held by workspaces", byteSize(logicalBytes)],
        ["Uploads under way", uploads.count === 0 ? "none" : `${uploads.count}, ${byteSize(uploads.bytes)}`],
        ["On the disk", disk ? `${byteSize(disk.free)} of ${byteSize(disk.total)} are free` : "an object store"],
      ]}
    />
  );
}

function Tenants({ tenants }: { tenants: InstanceStorage["tenants"] }) {
  return (
    <Table caption="Largest workspaces" columns={["Workspace", "Holds", "May keep"]}>
      {tenants.map(({ id, slug, name, bytes, quotaBytes }) => (
        <Row key={id}>
          <Cell>
            <Link href={`/admin/tenants/${id}`} className="rounded font-medium text-ink hover:underline">
              {name}
            </Link>{" "}
            <code className="font-mono text-[13px] text-soft">{slug}</code>
          </Cell>
          <Cell label="Holds" className="tabular-nums">
            {byteSize(bytes)}
          </Cell>
          <Cell label="May keep">{quotaBytes === null ? "no limit" : byteSize(quotaBytes)}</Cell>
        </Row>
      ))}
    </Table>
  );
}
