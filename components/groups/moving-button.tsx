"use client";

import type { ActionResult } from "#components/action-result.ts";
import { PreviewedButton, type PreviewedProps } from "#components/previewed-button.tsx";
import { Moves, type MovesShown } from "./moves.tsx";

interface Props extends Omit<PreviewedProps<MovesShown>, "onConfirm"> {
  /** It takes nothing away by itself. */
  gentle?: boolean;
  onConfirm: () => Promise<ActionResult<unknown>>;
}

/** A button whose dialog first finds out who gains and loses by it. */
export function MovingButton({ gentle = false, onConfirm, ...props }: Props) {
  return (
    <PreviewedButton
      {...props}
      takes={() => !gentle}
      view={(moves) => <Moves moves={moves} />}
      onConfirm={() => onConfirm()}
    />
  );
}
