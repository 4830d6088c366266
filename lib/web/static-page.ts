interface Words {
  title: string;
  text: string;
}

// The mark of app/icon.svg, within the page: a request for it would be one more answer.
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%233550d8'/%3E%3Cpath d='M11 8h6.2a5.4 5.4 0 0 1 0 10.8H14V24h-3zm3 2.7v5.4h3a2.7 2.7 0 0 0 0-5.4z' fill='%23fff'/%3E%3C/svg%3E";

// Constant bytes: nothing of the request may show, or an answer would tell an unknown tenant from a foreign one.
function staticPage({ title, text }: Words): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="${ICON}">
<title>${title} · Purser</title>
<style>
:root { color-scheme: light dark; --bg: #f7f8fa; --fg: #16181d; --soft: #565d6b; --surface: #ffffff; --raised: #eff1f5;
  --line: #cbd0da; --accent: #3550d8 }
@media (prefers-color-scheme: dark) { :root { --bg: #0e1014; --fg: #e9ebf0; --soft: #a0a8b7; --surface: #15181e;
  --raised: #222732; --line: #3a4150; --accent: #5269ec } }
body { margin: 0; background: var(--bg); color: var(--fg); font: 14px/1.45 ui-sans-serif, system-ui, sans-serif }
main { box-sizing: border-box; min-height: 60dvh; display: grid; place-items: center; padding: 48px 24px }
main > div { max-width: 448px }
h1 { margin: 0 0 8px; font-size: 20px; font-weight: 600; letter-spacing: -.025em }
p { margin: 0 0 24px; color: var(--soft) }
a { display: inline-flex; align-items: center; height: 34px; padding: 0 14px; box-sizing: border-box; border-radius: 6px;
  border: 1px solid var(--line); background: var(--surface); color: inherit; font-weight: 500; text-decoration: none }
a:hover { background: var(--raised) }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
</style>
</head>
<body>
<main>
<div>
<h1>${title}</h1>
<p>${text}</p>
<a href="/tenants">Go to your workspaces</a>
</div>
</main>
</body>
</html>
`;
}

/** The answer to whoever does not belong: the same bytes for a workspace of others and for one that is not there. */
export const NOT_FOUND_HTML = staticPage({
  title: "There is nothing here",
  text: "The page does not exist, or your account has no access to it.",
});

export const UNAVAILABLE_HTML = staticPage({
  title: "Not available now",
  text: "The database is not reachable at the moment. Try again in a few seconds.",
});
