import { Facts } from "#components/ui/facts.tsx";
import { Time } from "#components/ui/time.tsx";
import { plural } from "#lib/format.ts";

interface Props {
  tenant: {
    createdAt: Date;
    archivedAt: Date | null;
    deletionRequestedAt: Date | null;
    deletedAt: Date | null;
    graceDays: number;
    storefrontEnabled: boolean;
    counts: { team: number; members: number; products: number };
    owners: string[];
  };
  now: Date;
}

/** What the instance knows of a workspace without looking into it. */
export function TenantDetails({ tenant, now }: Props) {
  const moments = (
    [
      ["Created", tenant.createdAt],
      ["Archived", tenant.archivedAt],
      ["Deletion requested", tenant.deletionRequestedAt],
      ["Deleted", tenant.deletedAt],
    ] as const
  ).flatMap(([name, at]) => (at ? [[name, <Time key={name} at={at} now={now} />] as const] : []));
  const { team, members, products } = tenant.counts;
  return (
    <Facts
      facts={[
        ["Owners", tenant.owners.join(", ") || "nobody"],
        ["Team", plural(team, "person", "people")],
        ["Members", members],
        ["Products", products],
        ["Storefront", tenant.storefrontEnabled ? "open" : "closed"],
        ["Grace", plural(tenant.graceDays, "day")],
        ...moments,
      ]}
    />
  );
}
