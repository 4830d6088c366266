import type { ComponentProps } from "react";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { ConfigView } from "./config-view.tsx";
import { LayersTable } from "./layers-table.tsx";
import { PlatformsTable } from "./platforms-table.tsx";
import { ReferrersTable } from "./referrers-table.tsx";
import { Section } from "./section.tsx";

interface Puller {
  label: string;
  pulls: number;
  lastAt: Date;
}

interface Props {
  manifest: {
    entries: ComponentProps<typeof PlatformsTable>["entries"];
    layers: ComponentProps<typeof LayersTable>["layers"];
    config: ComponentProps<typeof ConfigView>["config"] | null;
    referrers: ComponentProps<typeof ReferrersTable>["referrers"];
    annotations: [name: string, value: string][];
    pullers: Puller[];
    raw: string | null;
  };
  base: string;
  now: Date;
}

/** All that a manifest says, part by part; what it doesn't have is left out. */
export function ManifestDetails({ manifest, base, now }: Props) {
  const { entries, layers, config, referrers, annotations, pullers, raw } = manifest;
  return (
    <>
      {entries.length > 0 ? (
        <Section title="Platforms">
          <PlatformsTable entries={entries} base={base} />
        </Section>
      ) : null}
      {layers.length > 0 ? (
        <Section title="Layers">
          <LayersTable layers={layers} />
        </Section>
      ) : null}
      {config ? (
        <Section title="Configuration">
          <ConfigView config={config} />
        </Section>
      ) : null}
      {annotations.length > 0 ? (
        <Section title="Annotations">
          <Annotations annotations={annotations} />
        </Section>
      ) : null}
      <Section title="Signatures, SBOMs and the like">
        {referrers.length > 0 ? (
          <ReferrersTable referrers={referrers} base={base} now={now} />
        ) : (
          <p className="text-[13px] text-soft">Nothing belongs to it. cosign and oras can attach something.</p>
        )}
      </Section>
      <Section title="Who pulled it">
        {pullers.length > 0 ? (
          <Pullers pullers={pullers} now={now} />
        ) : (
          <p className="text-[13px] text-soft">Nobody so far.</p>
        )}
      </Section>
      {raw ? (
        <details className="mt-8 text-sm">
          <summary className="w-fit rounded font-semibold hover:text-ink">Manifest, as it was pushed</summary>
          <pre className="wrap-anywhere mt-2 whitespace-pre-wrap rounded-lg border border-line bg-surface p-4 font-mono text-xs">
            {raw}
          </pre>
        </details>
      ) : null}
    </>
  );
}

function Annotations({ annotations }: { annotations: [name: string, value: string][] }) {
  return (
    <dl className="grid gap-2 rounded-lg border border-line bg-surface p-4">
      {annotations.map(([name, value]) => (
        <div key={name} className="wrap-anywhere">
          <dt className="font-mono text-soft text-xs">{name}</dt>
          <dd className="font-mono text-xs">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Pullers({ pullers, now }: { pullers: Puller[]; now: Date }) {
  return (
    <Table caption="Who pulled it" columns={["Who", "Pulls", "Last"]}>
      {pullers.map((puller) => (
        <Row key={puller.label}>
          <Cell className="sm:w-[60%]">{puller.label}</Cell>
          <Cell label="Pulls">{puller.pulls}</Cell>
          <Cell label="Last" className="text-soft">
            <Time at={puller.lastAt} now={now} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
