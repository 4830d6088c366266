import Link from "next/link";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { HealthBadge, type HealthShown } from "./health-badge.tsx";

interface ProviderShown {
  kind: string;
  ref: string;
  name: string;
  where: string;
  health: HealthShown | null;
  problems: readonly { check: string; words: string }[];
  checkedAt: Date | null;
  syncedAt: Date | null;
  differing: number;
}

/** What a tenant depends on. `base` is where one's page lies. */
export function ProvidersTable({ providers, base, now }: { providers: ProviderShown[]; base: string; now: Date }) {
  return (
    <Table caption="Providers" columns={["Provider", "State", "What is not well", "Checked", "Synced"]}>
      {providers.map(({ kind, ref, name, where, health, problems, checkedAt, syncedAt, differing }) => (
        <Row key={`${kind} ${ref}`}>
          <Cell>
            <Link
              href={`${base}/${[kind, ref].filter(Boolean).join("/")}`}
              className="rounded font-medium text-accent-ink hover:underline"
            >
              {name}
            </Link>
            <span className="wrap-anywhere block text-[13px] text-soft">{where}</span>
          </Cell>
          <Cell label="State">
            <HealthBadge health={health} />
          </Cell>
          <Cell label="Not well" className="wrap-anywhere text-[13px] sm:w-[40%]">
            {problems.map(({ check, words }) => `${check}: ${words}`).join(" ") || "–"}
          </Cell>
          <Cell label="Checked" className="text-soft">
            {checkedAt ? <Time at={checkedAt} now={now} /> : "–"}
          </Cell>
          <Cell label="Synced" className="text-soft">
            {syncedAt ? <Time at={syncedAt} now={now} /> : "–"}
            {differing > 0 ? <span className="block text-[13px] text-warn">{differing} different</span> : null}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
