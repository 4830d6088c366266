import type { ReactNode } from "react";

interface Config {
  platform: string | null;
  env: string[];
  entrypoint: string[];
  cmd: string[];
  labels: [name: string, value: string][];
  user: string | null;
  workdir: string | null;
  ports: string[];
  volumes: string[];
  history: { createdBy: string; emptyLayer: boolean }[];
}

/** What an image runs and with what. All of it was written by who pushed it, and is shown as text. */
export function ConfigView({ config }: { config: Config }) {
  const facts: [string, ReactNode][] = [
    ["Platform", config.platform],
    ["Entrypoint", words(config.entrypoint)],
    ["Command", words(config.cmd)],
    ["User", config.user ? <Code key="user">{config.user}</Code> : null],
    ["Working directory", config.workdir ? <Code key="dir">{config.workdir}</Code> : null],
    ["Ports", words(config.ports)],
    ["Volumes", words(config.volumes)],
    ["Environment", config.env.length > 0 ? <Lines key="env" lines={config.env} /> : null],
    ["Labels", config.labels.length > 0 ? <Lines key="labels" lines={config.labels.map((l) => l.join("="))} /> : null],
  ];
  return (
    <div className="rounded-lg border border-line bg-surface p-4 text-sm">
      <dl className="grid gap-3">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name} className="grid gap-0.5 sm:grid-cols-[9rem_1fr] sm:gap-4">
              <dt className="text-[13px] text-soft">{name}</dt>
              <dd className="wrap-anywhere min-w-0">{value}</dd>
            </div>
          ))}
      </dl>
      {config.history.length > 0 ? (
        <details className="mt-3 text-[13px]">
          <summary className="w-fit rounded text-soft hover:text-ink">{`History, ${config.history.length} steps`}</summary>
          <ol className="mt-1.5 grid gap-1 border-line border-l-2 pl-3">
            {config.history.map(({ createdBy, emptyLayer }, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps may repeat, and their order is fixed
              <li key={n} className="min-w-0">
                <Code>{createdBy || "–"}</Code>
                {emptyLayer ? <span className="text-soft"> (no layer)</span> : null}
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </div>
  );
}

function words(list: string[]): ReactNode {
  return list.length > 0 ? (
    <Code>{list.map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word)).join(" ")}</Code>
  ) : null;
}

function Lines({ lines }: { lines: string[] }) {
  return (
    <ul className="grid gap-0.5">
      {lines.map((line, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines may repeat, and their order is fixed
        <li key={n} className="min-w-0">
          <Code>{line}</Code>
        </li>
      ))}
    </ul>
  );
}

function Code({ children }: { children: string }) {
  return <code className="wrap-anywhere whitespace-pre-wrap font-mono text-xs">{children}</code>;
}
