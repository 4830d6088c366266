import Form from "next/form";
import { buttonClass } from "#components/ui/button.tsx";
import { Select } from "#components/ui/field.tsx";
import { exactTime } from "#lib/format.ts";

interface Props {
  snapshots: { id: string; takenAt: Date }[];
  /** Where two of them are compared. */
  action: string;
}

/** Chooses two snapshots to compare. */
export function CompareForm({ snapshots, action }: Props) {
  return (
    <Form action={action} className="flex flex-wrap items-center gap-2 text-sm">
      <span>Compare</span>
      <Choice name="from" label="The earlier one" snapshots={snapshots} chosen={snapshots.at(-1)?.id} />
      <span>with</span>
      <Choice name="to" label="The later one" snapshots={snapshots} chosen={snapshots[0]?.id} />
      <button type="submit" className={buttonClass({})}>
        Compare
      </button>
    </Form>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  snapshots: Props["snapshots"];
  chosen?: string;
}

function Choice({ name, label, snapshots, chosen }: ChoiceProps) {
  return (
    <Select name={name} aria-label={label} defaultValue={chosen} className="w-auto!">
      {snapshots.map(({ id, takenAt }) => (
        <option key={id} value={id}>
          {exactTime(takenAt)}
        </option>
      ))}
    </Select>
  );
}
