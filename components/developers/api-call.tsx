import { Badge } from "../ui/badge.tsx";
import { CopyField } from "../ui/copy-field.tsx";
import { Cell, Row, Table } from "../ui/table.tsx";

export interface ApiField {
  name: string;
  place: string;
  type: string;
  required: boolean;
  description: string;
}

export interface ApiCallProps {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  needs: readonly string[];
  fields: readonly ApiField[];
  curl: string;
  answer: string | null;
}

const TONES = { GET: "neutral", POST: "good", PUT: "accent", PATCH: "accent", DELETE: "danger" } as const;

/** A call of the API: what it does, who may, what it takes, a line for the terminal and what comes back. */
export function ApiCall({ id, method, path, summary, description, needs, fields, curl, answer }: ApiCallProps) {
  return (
    <article aria-labelledby={id} className="grid min-w-0 gap-3 border-line border-t py-6">
      <div className="min-w-0">
        <h3 id={id} className="scroll-mt-6 font-medium text-base">
          <a href={`#${id}`} className="rounded hover:underline">
            {summary}
          </a>
        </h3>
        <p className="mt-1.5 flex flex-wrap items-center gap-2">
          <Badge tone={TONES[method as keyof typeof TONES] ?? "neutral"}>{method}</Badge>
          <code className="wrap-anywhere font-mono text-ink text-sm">{path}</code>
        </p>
        {description ? <p className="mt-2 max-w-2xl text-sm text-soft">{description}</p> : null}
        <p className="mt-1 text-[13px] text-soft">
          {needs.length > 0 ? (
            <>
              Needs <code className="font-mono text-ink text-xs">{needs.join(", ")}</code>
            </>
          ) : (
            "Needs no token"
          )}
        </p>
      </div>
      {fields.length > 0 ? <Fields fields={fields} caption={`What “${summary}” takes`} /> : null}
      <CopyField label={`the curl line of “${summary}”`} value={curl} />
      {answer ? (
        <details className="rounded-md border border-line bg-canvas text-sm">
          <summary className="cursor-pointer rounded-md px-3 py-2 text-soft hover:text-ink">
            Answer, as an example
          </summary>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
            tabIndex={0}
            className="overflow-x-auto border-line border-t p-3 font-mono text-ink text-xs leading-5"
          >
            {answer}
          </pre>
        </details>
      ) : (
        <p className="text-[13px] text-soft">The answer is the file itself.</p>
      )}
    </article>
  );
}

function Fields({ fields, caption }: { fields: readonly ApiField[]; caption: string }) {
  return (
    <Table caption={caption} columns={["Name", "In", "Form", "Meaning"]}>
      {fields.map(({ name, place, type, required, description }) => (
        <Row key={`${place} ${name}`}>
          <Cell label="Name" className="sm:min-w-44">
            <code className="font-mono text-xs">{name}</code>
            {required ? <span className="ml-1.5 inline-block text-soft text-xs">required</span> : null}
          </Cell>
          <Cell label="In">{place}</Cell>
          <Cell label="Form">{type}</Cell>
          <Cell label="Meaning">{description}</Cell>
        </Row>
      ))}
    </Table>
  );
}
