import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Notes } from "./notes.tsx";

const shown = (text: string) => renderToStaticMarkup(createElement(Notes, { text }));

const HOSTILE = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<iframe src=https://evil.example></iframe>",
  "<div onclick=alert(1)>**b**</div>",
  "<svg/onload=alert(1)>",
  "[x](javascript:alert(1))",
  "[x](JAVASCRIPT&#58;alert(1))",
  "[x](vbscript:alert(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[a][b]\n\n[b]: javascript:alert(1)",
  "<javascript:alert(1)>",
  "![x](javascript:alert(1))",
  "![x](https://evil.example/pixel.png)",
  "# main\n\n## sign-in",
  "<style>*{display:none}</style>",
  "text[^main]\n\n[^main]: <b onmouseover=alert(1)>note</b>",
  '[x](https://a.example/"onmouseover="alert(1))',
];

describe("release notes", () => {
  it.each(HOSTILE)("run and load nothing: %s", (text) => {
    const html = shown(text);
    expect(html).not.toMatch(/<(script|img|iframe|svg|style|object|embed|form|link)\b/i);
    expect(html).not.toMatch(/<[^>]*\s(on\w+|id|style)=/i);
    for (const [, href] of html.matchAll(/\shref="([^"]*)"/g)) expect(href).toMatch(/^(https?:|mailto:)/);
  });

  it("show what Markdown is for", () => {
    const html = shown("# New\n\n- **fast** `run`\n- [more](https://a.example)\n\n| a |\n|---|\n| 1 |\n\n- [x] done");
    for (const part of [
      "<li>",
      "<strong>fast</strong>",
      "run</code>",
      'href="https://a.example"',
      "<td>1</td>",
      "done",
    ])
      expect(html).toContain(part);
    expect(html).toContain('rel="noopener noreferrer nofollow"');
  });
});
