import type { Metadata } from "next";
import { StorageTable } from "#components/storage/storage-table.tsx";
import { UsageBar } from "#components/storage/usage-bar.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Time } from "#components/ui/time.tsx";
import { type StorageUse, viewStorageUse } from "#lib/catalog/index.ts";
import { lastCleanup } from "#lib/cleanup/index.ts";
import { byteSize, plural } from "#lib/format.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Storage" };

export default async function StoragePage({ params }: { params: Promise<{ tenant: string }> }) {
  const { ctx } = await requireTeam((await params).tenant);
  const [use, cleanup] = await onPage(() => Promise.all([viewStorageUse(ctx), lastCleanup(ctx)]));
  return (
    <>
      <PageHeader title="Storage">
        What the workspace keeps, each layer counted once, however many of its repositories have it.
      </PageHeader>
      <Use use={use} />
      <section aria-labelledby="cleanup" className="mt-6 max-w-2xl text-sm">
        <h2 id="cleanup" className="mb-2 font-semibold">
          Clean-up
        </h2>
        <Cleanup cleanup={cleanup} now={ctx.now} />
      </section>
      <h2 className="mt-8 mb-2 font-semibold text-sm">By product and repository</h2>
      {use.repositories === 0 ? (
        <EmptyState title="Nothing was pushed so far">A product's first push makes its repository.</EmptyState>
      ) : (
        <StorageTable products={use.products} />
      )}
    </>
  );
}

function Use({ use }: { use: StorageUse }) {
  const { quotaRepositories: most, repositories } = use;
  const count = plural(repositories, "repository", "repositories");
  return (
    <section aria-label="Used" className="grid max-w-2xl gap-3 rounded-lg border border-line bg-surface p-4">
      <UsageBar label="Storage used" used={use.bytes} limit={use.quotaBytes} />
      <p className="text-[13px] text-soft">
        {most === null ? `${count}; there is no limit.` : `${count} of ${most} at most.`}
      </p>
    </section>
  );
}

type LastCleanup = Awaited<ReturnType<typeof lastCleanup>>;

function Cleanup({ cleanup: { ranAt, freed }, now }: { cleanup: LastCleanup; now: Date }) {
  if (!ranAt) return <p className="text-soft">None ran so far; the first one is due within the hour.</p>;
  return (
    <p className="text-soft">
      Last done <Time at={ranAt} now={now} />.{" "}
      {freed ? (
        <>
          {`${byteSize(freed.bytes)} in ${plural(freed.blobs, "blob")} were freed here `}
          <Time at={freed.at} now={now} />.
        </>
      ) : (
        "Nothing was to be freed here so far."
      )}
    </p>
  );
}
