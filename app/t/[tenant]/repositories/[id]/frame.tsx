import type { ComponentProps, ReactNode } from "react";
import { RepositoryTabs } from "#components/registry/repository-tabs.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import type { RepositoryView } from "#lib/catalog/index.ts";

interface Props {
  tenant: string;
  repository: RepositoryView;
  current: ComponentProps<typeof RepositoryTabs>["current"];
  children: ReactNode;
}

/** What a repository's pages have in common: the way back, its name, its tabs. */
export function RepositoryFrame({ tenant, repository, current, children }: Props) {
  return (
    <>
      <Trail href={`/t/${tenant}/products/${repository.product.slug}`}>{repository.product.name}</Trail>
      <PageHeader title={<span className="font-mono text-lg">{repository.name}</span>} />
      <RepositoryTabs base={`/t/${tenant}/repositories/${repository.id}`} current={current} />
      {children}
    </>
  );
}
