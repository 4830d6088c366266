import { FIXED, linesOf, numberOf } from "#components/registry/lines.ts";
import { RETENTION_NUMBERS } from "#components/registry/retention-numbers.ts";
import { Checkbox, Field, Input, Textarea } from "#components/ui/field.tsx";
import { type DocumentShown, problemOf } from "./words.ts";

export interface FieldsProps {
  document: DocumentShown;
  products: string[];
  problems: Record<string, string>;
  readOnly: boolean;
}

const listed = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);

/** Which products a policy rules. */
function ProductFields({ document, products, problems, readOnly }: FieldsProps) {
  const chosen = listed(document.products);
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1 font-medium text-[13px]">Products</legend>
      <p className="text-soft text-xs">None chosen: all of them, those to come too.</p>
      <div className="grid gap-1.5 sm:grid-cols-3">
        {products.map((slug) => (
          <Checkbox
            key={slug}
            name="products"
            value={slug}
            label={slug}
            defaultChecked={chosen.includes(slug)}
            disabled={readOnly}
          />
        ))}
      </div>
      <Problem text={problemOf(problems, "products")} />
    </fieldset>
  );
}

function Problem({ text }: { text: string | undefined }) {
  return text ? (
    <p role="alert" className="text-danger-ink text-xs">
      It {text}.
    </p>
  ) : null;
}

function Patterns({ name, label, hint, ...props }: FieldsProps & { name: string; label: string; hint: string }) {
  return (
    <Field label={label} hint={hint} error={problemOf(props.problems, name)}>
      <Textarea
        name={name}
        rows={2}
        defaultValue={listed(props.document[name]).join("\n")}
        readOnly={props.readOnly}
        spellCheck={false}
        autoCapitalize="none"
        className={`font-mono ${FIXED}`}
      />
    </Field>
  );
}

/** What is kept of tags, and for how long. */
export function RetentionFields(props: FieldsProps) {
  const { document, problems, readOnly } = props;
  return (
    <>
      <ProductFields {...props} />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        {RETENTION_NUMBERS.map(({ name, label, hint }) => (
          <Field key={name} label={label} hint={hint} error={problemOf(problems, name)}>
            <Input
              name={name}
              type="number"
              min={1}
              defaultValue={typeof document[name] === "number" ? document[name] : ""}
              readOnly={readOnly}
              className={`max-w-28 ${FIXED}`}
            />
          </Field>
        ))}
      </div>
      <Patterns
        {...props}
        name="keepPatterns"
        label="Keep tags like"
        hint="One pattern a line; * stands for any run of characters."
      />
    </>
  );
}

export function retentionOf(form: FormData): DocumentShown {
  return {
    products: form.getAll("products").map(String),
    ...Object.fromEntries(RETENTION_NUMBERS.map(({ name }) => [name, numberOf(form, name)])),
    keepPatterns: linesOf(form, "keepPatterns"),
  };
}

/** Which tags never move. */
export function ImmutabilityFields(props: FieldsProps) {
  return (
    <>
      <ProductFields {...props} />
      <Patterns
        {...props}
        name="patterns"
        label="Tags that never move"
        hint="One pattern a line; * stands for any run of characters. Such a tag is pushed once, and neither moved nor deleted."
      />
    </>
  );
}

export function immutabilityOf(form: FormData): DocumentShown {
  return { products: form.getAll("products").map(String), patterns: linesOf(form, "patterns") };
}
