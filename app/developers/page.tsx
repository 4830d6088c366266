import type { Metadata } from "next";
import Link from "next/link";
import { ApiCall } from "#components/developers/api-call.tsx";
import { Brand } from "#components/shell/brand.tsx";
import { TextLink } from "#components/shell/front.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { apiReference } from "#lib/api/index.ts";

export const metadata: Metadata = { title: "API" };

export default function DevelopersPage() {
  const { url, groups } = apiReference();
  return (
    <div className="mx-auto max-w-4xl px-5">
      <header className="flex h-16 items-center justify-between gap-4">
        <Link href="/" className="rounded">
          <Brand />
        </Link>
        <Link href="/tenants" className={buttonClass({})}>
          Your workspaces
        </Link>
      </header>
      <main id="main" className="py-8">
        <PageHeader title="The API">
          Everything that the dashboard does with members, products, entitlements and prices, as JSON over HTTP at{" "}
          <code className="font-mono text-ink text-xs">{url}/v1</code>. The same as an{" "}
          <a href="/v1/openapi.json" className="rounded font-medium text-accent-ink underline underline-offset-2">
            OpenAPI 3.1 document
          </a>
          .
        </PageHeader>
        <Ways />
        <nav aria-label="Calls" className="my-6 grid gap-x-8 gap-y-4 sm:grid-cols-2">
          {groups.map(({ name, calls }) => (
            <div key={name}>
              <p className="font-medium text-soft text-xs">{name}</p>
              <ul className="mt-1">
                {calls.map(({ id, summary }) => (
                  <li key={id} className="py-1 text-sm">
                    <TextLink href={`#${id}`}>{summary}</TextLink>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
        {groups.map(({ name, calls }) => (
          <section key={name} aria-labelledby={`group-${name}`} className="mt-8">
            <h2 id={`group-${name}`} className="mb-4 font-semibold text-lg tracking-tight">
              {name}
            </h2>
            {calls.map((call) => (
              <ApiCall key={call.id} {...call} />
            ))}
          </section>
        ))}
      </main>
    </div>
  );
}

const WAYS = [
  [
    "Tokens",
    "Send Authorization: Bearer with a personal token or a robot's. Its scopes must name what a call needs, and it never does more than its owner may. A personal token names the workspace with ?tenant=; a robot acts in its own.",
  ],
  [
    "Errors",
    "Come as application/problem+json (RFC 9457): detail says what is wrong and what would be right, fields says it field by field, and the log has the requestId.",
  ],
  ["Pages", "A list ends with next. Give it back as after for the page that follows; null says that there is none."],
  [
    "Repeating",
    "Send an Idempotency-Key with a write: the same request sent again within a day is done once, and answered the same with Idempotent-Replayed: true.",
  ],
  [
    "Limits",
    "A token may send 1,200 requests a minute. RateLimit says how many are left; after that the answer is 429 with Retry-After.",
  ],
] as const;

function Ways() {
  return (
    <dl className="grid gap-x-8 gap-y-4 rounded-lg border border-line bg-surface p-4 text-sm sm:grid-cols-2">
      {WAYS.map(([name, text]) => (
        <div key={name}>
          <dt className="font-medium text-ink">{name}</dt>
          <dd className="mt-0.5 text-[13px] text-soft">{text}</dd>
        </div>
      ))}
    </dl>
  );
}
