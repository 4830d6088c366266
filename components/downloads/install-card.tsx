import Link from "next/link";
import { CopyField } from "#components/ui/copy-field.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { type Install, installTools } from "./install-lines.ts";

interface Props {
  install: Install;
  /** The name of a token of one's own that pulls; null where there is none yet. */
  token: string | null;
  tokensHref: string;
}

/** How to install a product, for each tool. */
export function InstallCard({ install, token, tokensHref }: Props) {
  const tools = installTools(install);
  if (tools.length === 0) return null;
  return (
    <section aria-labelledby="install" className="mb-6 rounded-lg border border-line bg-surface p-4">
      <h2 id="install" className="font-medium text-sm">
        Install it
      </h2>
      <p className="wrap-anywhere mt-0.5 mb-2.5 text-[13px] text-soft">
        {token ? "The password is the secret of your token " : "The password is the secret of "}
        <Link href={tokensHref} className="rounded text-accent-ink underline underline-offset-2">
          {token ? `“${token}”` : "a token, which you make first"}
        </Link>
        ; <code className="font-mono text-xs">$PURSER_TOKEN</code> stands for it.
        {install.registry.insecure ? " This registry has no https yet, so some lines turn its check off." : null}
      </p>
      <Tabs
        name="Tools"
        tabs={tools.map(({ value, label, lines }) => ({
          value,
          label,
          content: lines.map((line) => (
            <div key={line.label} className="grid min-w-0 gap-0.5">
              <span className="text-soft text-xs">{line.label}</span>
              <CopyField {...line} />
            </div>
          )),
        }))}
      />
    </section>
  );
}
