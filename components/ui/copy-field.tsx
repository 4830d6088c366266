import { CopyButton } from "./copy-button.tsx";

/** A text to take along: a command, an address, a secret, some lines of a file. */
export function CopyField({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex min-w-0 items-start gap-1.5">
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
        aria-label={label}
        className="min-w-0 flex-1 overflow-x-auto whitespace-pre rounded-md border border-line bg-canvas px-2.5 py-1.5 font-mono text-ink text-xs leading-5"
      >
        {value}
      </section>
      <CopyButton label={label} value={value} />
    </div>
  );
}
