import Markdown from "markdown-to-jsx/react";
import type { ReactNode } from "react";

interface Props {
  /** Markdown, as the vendor wrote it. */
  text: string;
}

/**
 * Release notes. Raw HTML stays text, a link leads to http, https or an address, and a picture is a link to it: nothing in
 * them runs, loads or takes an id of the page.
 */
export function Notes({ text }: Props) {
  return (
    <div className="wrap-anywhere max-w-prose text-sm [&>div]:grid [&>div]:gap-2.5">
      <Markdown options={OPTIONS}>{text}</Markdown>
    </div>
  );
}

const SAFE = /^(https?:|mailto:)/i;

interface Inner {
  children?: ReactNode;
}

function Link({ href, children }: Inner & { href?: string }) {
  if (!href) return <span>{children}</span>;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="rounded text-accent-ink underline underline-offset-2"
    >
      {children}
    </a>
  );
}

function Picture({ src, alt }: { src?: string; alt?: string }) {
  return <Link href={src}>{alt || src || "picture"}</Link>;
}

// Below the heading of the part that holds them, whatever level they were given.
function Heading({ children }: Inner) {
  return <p className="mt-1 font-semibold text-ink">{children}</p>;
}

function Task({ checked }: { checked?: boolean }) {
  return (
    <span role="img" aria-label={checked ? "done" : "open"}>
      {checked ? "☑" : "☐"}
    </span>
  );
}

function Code({ children }: Inner) {
  return <code className="rounded bg-raised px-1 py-0.5 font-mono text-xs">{children}</code>;
}

function Block({ children }: Inner) {
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      className="overflow-x-auto rounded-md border border-line bg-canvas px-2.5 py-1.5 font-mono text-xs leading-5 [&_code]:bg-transparent [&_code]:p-0"
    >
      {children}
    </pre>
  );
}

// A footnote would have the name that it was given as its id.
function Plain({ children }: Inner) {
  return <div>{children}</div>;
}

const as = (element: "ul" | "ol" | "blockquote" | "table", className: string) => ({
  component: element,
  props: { className },
});

const OPTIONS = {
  disableParsingRawHTML: true,
  forceBlock: true,
  sanitizer: (value: string) => (SAFE.test(value) ? value : null),
  overrides: {
    ...Object.fromEntries(["h1", "h2", "h3", "h4", "h5", "h6"].map((level) => [level, { component: Heading }])),
    a: { component: Link },
    div: { component: Plain },
    img: { component: Picture },
    input: { component: Task },
    code: { component: Code },
    pre: { component: Block },
    ul: as("ul", "grid list-disc gap-1 pl-5"),
    ol: as("ol", "grid list-decimal gap-1 pl-5"),
    blockquote: as("blockquote", "border-line border-l-2 pl-3 text-soft"),
    table: as("table", "block overflow-x-auto text-left text-[13px] [&_td]:pr-4 [&_th]:pr-4"),
  },
};
