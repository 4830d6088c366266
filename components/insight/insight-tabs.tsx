import { LinkTabs } from "#components/ui/link-tabs.tsx";

/** Where each lies below the first. */
export const INSIGHT_PATHS = {
  Overview: "",
  Versions: "/versions",
  Members: "/members",
  Adopters: "/adopters",
} as const;
export type InsightTab = keyof typeof INSIGHT_PATHS;

/** The pages of insight; period and product go along. */
export function InsightTabs({ base, current, query }: { base: string; current: InsightTab; query: string }) {
  const tabs = (Object.keys(INSIGHT_PATHS) as InsightTab[]).map((label) => ({
    label,
    path: INSIGHT_PATHS[label] + query,
  }));
  return <LinkTabs name="Insight" tabs={tabs} base={base} current={current} />;
}
