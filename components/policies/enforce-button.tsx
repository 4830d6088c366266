"use client";

import type { ActionResult } from "#components/action-result.ts";
import { PreviewedButton, type PreviewedProps } from "#components/previewed-button.tsx";
import { type EffectShown, EffectView } from "./effect-view.tsx";

interface Props extends Omit<PreviewedProps<EffectShown>, "onConfirm"> {
  onConfirm: (fingerprint: string) => Promise<ActionResult<null>>;
}

/** A button whose dialog first finds out what changes, and then does that and nothing else. */
export function EnforceButton({ onConfirm, ...props }: Props) {
  return (
    <PreviewedButton
      {...props}
      takes={(effect) => effect?.sections.some(({ tone }) => tone === "takes") ?? false}
      view={(effect) => <EffectView effect={effect} />}
      onConfirm={({ fingerprint }) => onConfirm(fingerprint)}
    />
  );
}
