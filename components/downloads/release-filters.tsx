import { type Platform, platformKey, platformName } from "#components/releases/platform.ts";
import { Select } from "#components/ui/field.tsx";
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
        <Select name="channel" aria-label="Channel" defaultValue={asked.channel ?? ""} className="max-w-40">
          <option value="">All channels</option>
          {channels.map((channel) => (
            <option key={channel} value={channel}>
              {channel}
            </option>
          ))}
        </Select>
      ) : null}
      {made.length > 0 ? (
        <Select name="platform" aria-label="Platform" defaultValue={asked.platform ?? ""} className="max-w-44">
          <option value="">All platforms</option>
          {made.map((platform) => (
            <option key={platformKey(platform)} value={platformKey(platform)}>
              {platformName(platform)}
            </option>
          ))}
        </Select>
      ) : null}
    </SearchForm>
  );
}
