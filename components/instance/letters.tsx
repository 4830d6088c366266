import { Time } from "#components/ui/time.tsx";

interface Letter {
  id: string;
  at: Date;
  to: string;
  subject: string;
  text: string;
}

/** Letters as they would have been sent; their links work. */
export function Letters({ letters, now }: { letters: Letter[]; now: Date }) {
  return (
    <ul className="grid gap-4">
      {letters.map((letter) => (
        <li key={letter.id}>
          <article
            aria-labelledby={letter.id}
            className="wrap-anywhere rounded-lg border border-line bg-surface p-4 text-sm"
          >
            <h2 id={letter.id} className="font-medium text-ink">
              {letter.subject}
            </h2>
            <p className="mt-0.5 text-[13px] text-soft">
              To {letter.to}, <Time at={letter.at} now={now} />
            </p>
            <p className="mt-3 whitespace-pre-line">{withLinks(letter.text)}</p>
          </article>
        </li>
      ))}
    </ul>
  );
}

// Our letters hold a link on a line of its own.
function withLinks(text: string) {
  return text.split(/^(https?:\/\/\S+)$/m).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <a key={part} href={part} className="rounded text-accent-ink underline underline-offset-2">
        {part}
      </a>
    ),
  );
}
