import { Front, TextLink } from "#components/shell/front.tsx";

/** What a letter's link leads to when it does not work; `again` is where a new one is asked for. */
export function DeadLink({ again }: { again: string }) {
  return (
    <Front
      title="This link does not work"
      lead="It has expired, was used already, or a newer letter took its place."
      footer={
        <p>
          <TextLink href={again}>Ask for a new one</TextLink>
        </p>
      }
    >
      {null}
    </Front>
  );
}
