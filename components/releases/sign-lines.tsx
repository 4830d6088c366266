import { Section } from "#components/registry/section.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";

/** What to type so that a release may be published. */
export function SignLines({ lines }: { lines: string[] }) {
  return (
    <Section title="Sign it first">
      <p className="mb-2 text-[13px] text-soft">
        With a key that the policy names. Send a file’s signature here afterwards; an image’s is in the registry at
        once.
      </p>
      <div className="grid gap-1.5">
        {lines.map((line, n) => (
          <CopyField key={line} label={`signing command ${n + 1}`} value={line} />
        ))}
      </div>
    </Section>
  );
}
