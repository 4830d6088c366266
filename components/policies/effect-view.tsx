/** What putting a version in force would change, found out beforehand. */
export interface EffectShown {
  changes: { label: string; before: string; after: string }[];
  sections: { title: string; tone: "takes" | "gives" | "tells"; count: number; first: string[] }[];
  fingerprint: string;
}

const TONES = { takes: "text-danger-ink", gives: "text-good", tells: "text-ink" } as const;

/** What changes, in sections; while it is being found out, that. */
export function EffectView({ effect }: { effect: EffectShown | null }) {
  if (!effect) return <p className="text-sm text-soft">Finding out what changes…</p>;
  const { changes, sections } = effect;
  return (
    <div className="grid max-h-80 gap-4 overflow-y-auto text-sm">
      {changes.length > 0 ? <Changes changes={changes} /> : <p className="text-soft">It says what is in force now.</p>}
      {sections.length === 0 ? <p className="text-soft">Nobody gains or loses anything by it right now.</p> : null}
      {sections.map(({ title, tone, count, first }) => (
        <section key={title}>
          <h3 className={`font-medium ${TONES[tone]}`}>
            {title}: {count}
          </h3>
          <ul className="list-disc pl-5 text-[13px] text-soft">
            {first.map((line) => (
              <li key={line} className="wrap-anywhere">
                {line}
              </li>
            ))}
            {count > first.length ? <li>and {count - first.length} more</li> : null}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Changes({ changes }: { changes: EffectShown["changes"] }) {
  return (
    <ul className="grid gap-1">
      {changes.map(({ label, before, after }) => (
        <li key={label} className="wrap-anywhere">
          <span className="text-soft">{label}:</span>{" "}
          {before && after ? (
            <>
              <s className="text-soft">{before}</s> {after}
            </>
          ) : (
            after || <s className="text-soft">{before}</s>
          )}
        </li>
      ))}
    </ul>
  );
}
