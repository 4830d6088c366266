import { LinkTabs } from "#components/ui/link-tabs.tsx";

const TABS = [
  { path: "", label: "Repositories" },
  { path: "/releases", label: "Releases" },
  { path: "/recalls", label: "Recalls" },
  { path: "/retention", label: "Retention" },
] as const;

/** The pages of one product. `current` is the one that is open. */
export function ProductTabs(props: { base: string; current: (typeof TABS)[number]["label"] }) {
  return <LinkTabs name="Product" tabs={TABS} {...props} />;
}
