import { LinkTabs } from "#components/ui/link-tabs.tsx";

const TABS = [
  { path: "", label: "Overview" },
  { path: "/events", label: "Events" },
  { path: "/drift", label: "Drift" },
] as const;

/** The pages about Stripe. `base` is `/t/<tenant>/billing`; `current` is the one that is open. */
export function BillingTabs(props: { base: string; current: (typeof TABS)[number]["label"] }) {
  return <LinkTabs name="Billing" tabs={TABS} {...props} />;
}
