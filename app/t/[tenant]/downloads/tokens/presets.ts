import { type Actor, ALL_CAPABILITIES, type Capability, decide } from "#lib/access/index.ts";
import { scopeInWords } from "../../scopes-shown.ts";

export interface Preset {
  value: "pull" | "push" | "all";
  label: string;
  hint: string;
  scopes: Capability[];
}

/** What a person's own token may be made for: never more than the person may, so each is offered only where it adds something. */
export function presetsOf(actor: Actor): Preset[] {
  const mine = capabilitiesOf(actor);
  const presets: Preset[] = [
    { value: "pull", label: "Pull", hint: "What you have access to, and nothing else.", scopes: ["registry.pull"] },
  ];
  if (mine.includes("registry.push")) {
    presets.push({
      value: "push",
      label: "Pull and push",
      hint: "Images of this workspace's products.",
      scopes: ["registry.pull", "registry.push", "registry.moveTag"],
    });
  }
  if (mine.length > 1) {
    const hint = `For the API: ${mine.length} permissions, written down one by one. It gains none that your role gains later.`;
    presets.push({ value: "all", label: "Everything my role may do", hint, scopes: mine });
  }
  return presets;
}

/** Each permission that the actor could hand on, in words. */
export function choicesOf(actor: Actor): { value: string; label: string }[] {
  const mine: readonly Capability[] = capabilitiesOf(actor);
  const offered = mine.length > 0 ? mine : (["registry.pull"] as const);
  return offered.map((value) => ({ value, label: scopeInWords(value) }));
}

function capabilitiesOf(actor: Actor): Capability[] {
  return ALL_CAPABILITIES.filter((capability) => decide(actor, capability).allowed);
}
