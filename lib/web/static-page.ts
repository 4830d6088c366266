interface Words {
  title: string;
  text: string;
}

// Constant bytes: nothing of the request may show, or an answer would tell an unknown tenant from a foreign one.
function staticPage({ title, text }: Words): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Purser</title>
<style>
:root { color-scheme: light dark; --bg: #f7f8fa; --fg: #16181d; --soft: #5b6270; --line: #e1e4ea; --accent: #3550d8 }
@media (prefers-color-scheme: dark) { :root { --bg: #0e1014; --fg: #e8eaef; --soft: #9aa2b1; --line: #272b34; --accent: #92a4ff } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--bg); color: var(--fg);
  font: 15px/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { width: min(26rem, calc(100vw - 3rem)) }
p.brand { margin: 0 0 2rem; font-weight: 650; letter-spacing: -.01em }
p.brand::before { content: ""; display: inline-block; width: .7em; height: .7em; margin-right: .5em; border-radius: 3px; background: var(--accent) }
h1 { margin: 0 0 .5rem; font-size: 1.4rem; letter-spacing: -.015em }
p { margin: 0; color: var(--soft) }
p.brand { color: var(--fg) }
nav { margin-top: 1.75rem; padding-top: 1.25rem; border-top: 1px solid var(--line) }
a { color: var(--accent); text-underline-offset: 3px }
</style>
</head>
<body>
<main>
<p class="brand">Purser</p>
<h1>${title}</h1>
<p>${text}</p>
<nav><a href="/tenants">Go to your workspaces</a></nav>
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
