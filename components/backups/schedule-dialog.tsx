"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Checkbox, Field, Input, Select } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { DAYS } from "./words.ts";

interface Settings {
  schedule: string;
  hour: number;
  weekday: number;
  withBytes: boolean;
  keepLast: number;
  keepDays: number;
}

type Saved = Settings & { schedule: "off" | "daily" | "weekly" };

interface Props {
  decision: CapabilityDecision;
  settings: Settings;
  onSave: (settings: Saved) => Promise<ActionResult<null>>;
}

const SHOWN = ["keepLast", "keepDays"];
const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);

/** When backups are made by themselves, and for how long they are kept. */
export function ScheduleDialog({ decision, settings, onSave }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields } = useAction(onSave, SHOWN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (await run(savedIn(new FormData(event.currentTarget)))) setOpen(false);
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button onClick={() => setOpen(true)}>Change the schedule</Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Schedule"
        description="What is neither among the last ones nor young enough is deleted."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Timing settings={settings} />
          <Checkbox name="withBytes" label="With the bytes of layers and files" defaultChecked={settings.withBytes} />
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Keep the last" error={fields.keepLast}>
              <Input name="keepLast" type="number" min={1} defaultValue={settings.keepLast} />
            </Field>
            <Field label="And those of the last days" error={fields.keepDays}>
              <Input name="keepDays" type="number" min={1} defaultValue={settings.keepDays} />
            </Field>
          </div>
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Save
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}

function Timing({ settings: { schedule, hour, weekday } }: { settings: Settings }) {
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <Field label="How often">
        <Select name="schedule" defaultValue={schedule}>
          <option value="off">Off</option>
          <option value="daily">Every day</option>
          <option value="weekly">Every week</option>
        </Select>
      </Field>
      <Field label="Hour, UTC">
        <Select name="hour" defaultValue={hour}>
          {HOURS.map((word) => (
            <option key={word} value={Number.parseInt(word, 10)}>
              {word}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Day, where weekly">
        <Select name="weekday" defaultValue={weekday}>
          {DAYS.map((day, n) => (
            <option key={day} value={n}>
              {day}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  );
}

function savedIn(form: FormData): Saved {
  const number = (name: string) => Number(form.get(name));
  return {
    schedule: String(form.get("schedule")) as Saved["schedule"],
    hour: number("hour"),
    weekday: number("weekday"),
    withBytes: form.has("withBytes"),
    keepLast: number("keepLast"),
    keepDays: number("keepDays"),
  };
}
