import { Html, html } from "./html.ts";

const CSS = `
:root { color-scheme: light dark; --canvas: light-dark(#f7f8fa, #0e1014); --surface: light-dark(#fff, #15181e);
  --line: light-dark(#e3e6ec, #262b35); --ink: light-dark(#16181d, #e9ebf0); --soft: light-dark(#565d6b, #a0a8b7);
  --accent: light-dark(#3550d8, #5269ec); --warn: light-dark(#7d5000, #f0c26c); --warn-soft: light-dark(#fdf2d9, #3c2f12);
  --danger: light-dark(#a52121, #ff9d9d); --good: light-dark(#166a3f, #74d3a0); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--canvas); color: var(--ink); font: 0.9rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
.note { background: var(--warn-soft); color: var(--warn); padding: 0.5rem 1rem; text-align: center; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem; }
main.narrow { max-width: 30rem; }
h1 { font-size: 1.35rem; margin: 1rem 0 0.5rem; } h2 { font-size: 1.05rem; margin: 0 0 0.5rem; }
h3 { font-size: 0.95rem; margin: 0.75rem 0 0.25rem; }
section, .card { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; margin: 0 0 1rem; }
.card .card { margin: 0.5rem 0 0; }
p { margin: 0.25rem 0; } .soft { color: var(--soft); } .bad { color: var(--danger); } .good { color: var(--good); }
.total { font-size: 1.6rem; font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.between { justify-content: space-between; }
form.inline { display: inline-flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; margin: 0; }
.stack { display: grid; gap: 0.5rem; margin-top: 1rem; } .stack button { width: 100%; }
button, select, input { font: inherit; color: inherit; border: 1px solid var(--line); border-radius: 7px; background: var(--canvas);
  padding: 0.35rem 0.7rem; min-height: 2.1rem; max-width: 100%; }
input[type="radio"] { min-height: 0; margin: 0; } label { display: inline-flex; align-items: center; gap: 0.4rem; }
.item { border-top: 1px solid var(--line); padding: 0.5rem 0; margin-top: 0.5rem; }
button { cursor: pointer; } button.main { background: var(--accent); border-color: var(--accent); color: #fff; font-weight: 600; }
button.danger { color: var(--danger); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
a { color: light-dark(#2b43ba, #a9b7ff); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; } code { font-size: 0.85em; }
.badge { border: 1px solid var(--line); border-radius: 99px; padding: 0 0.6rem; font-size: 0.8rem; }
`;

/** A whole page. Says on each of them that this is not Stripe. */
export function pageShell(title: string, body: Html, { narrow = false, status = 200 } = {}): Response {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${STYLE}</style></head>
<body><header class="note">A stand-in for Stripe, for trying Purser. No money moves here.</header>
<main${narrow ? NARROW : ""}>${body}</main></body></html>`;
  return new Response(page.text, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    },
  });
}

const STYLE = new Html(CSS);
const NARROW = new Html(' class="narrow"');

/** On to another page, after something was done. */
export function goTo(url: string): Response {
  return new Response(null, { status: 303, headers: { location: url } });
}

/** A button that does one thing. */
export function button(label: string, fields: Record<string, string>, kind: "main" | "danger" | "" = ""): Html {
  return html`<form method="post" class="inline">${hidden(fields)}<button class="${kind}">${label}</button></form>`;
}

export function hidden(fields: Record<string, string>): Html[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

/** A choice and the button that takes it; without a choice, nothing. */
export function chooser(
  label: string,
  fields: Record<string, string>,
  options: { value: string; label: string }[],
): Html {
  if (options.length === 0) return html``;
  const choices = options.map((option) => html`<option value="${option.value}">${option.label}</option>`);
  return html`<form method="post" class="inline">${hidden(fields)}
<select name="value" aria-label="${label}">${choices}</select><button>${label}</button></form>`;
}
