import { type Platform, platformKey, platformName } from "#components/releases/platform.ts";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";

interface Props {
  action: string;
  channels: string[];
  platforms: Platform[];
  asked: { search?: string; channel?: string; platform?: string };
}

/** Searches a product's releases by version, channel and platform. */
export function ReleaseFilters({ action, channels, platforms, asked }: Props) {
  const made = platforms.filter(({ os }) => os && os !== "any");
  return (
    <SearchForm action={action} label="Search versions" value={asked.search}>
      {channels.length > 1 || asked.channel ? (
        <FilterSelect
          name="channel"
          label="Channel"
          all="All channels"
          options={channels.map((channel) => [channel, channel])}
          value={asked.channel}
        />
      ) : null}
      {made.length > 0 ? (
        <FilterSelect
          name="platform"
          label="Platform"
          all="All platforms"
          options={made.map((platform) => [platformKey(platform), platformName(platform)])}
          value={asked.platform}
        />
      ) : null}
    </SearchForm>
  );
}
