import { LinkTabs } from "#components/ui/link-tabs.tsx";

const TABS = [
  { path: "", label: "Tags" },
  { path: "/history", label: "History" },
  { path: "/untagged", label: "Untagged" },
  { path: "/upstream", label: "Upstream" },
] as const;

/** The pages of one repository. `current` is the one that is open. */
export function RepositoryTabs(props: { base: string; current: (typeof TABS)[number]["label"] }) {
  return <LinkTabs name="Repository" tabs={TABS} {...props} />;
}
