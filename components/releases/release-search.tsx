import { Select } from "#components/ui/field.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";

interface Props {
  action: string;
  channels: string[];
  asked: { search?: string; channel?: string; status?: string };
}

const STATES = ["draft", "published", "yanked", "archived"] as const;

/** Searches a product's releases by version, channel and state, for the team. */
export function ReleaseSearch({ action, channels, asked }: Props) {
  return (
    <SearchForm action={action} label="Search versions" value={asked.search}>
      <Select name="channel" aria-label="Channel" defaultValue={asked.channel ?? ""} className="max-w-40">
        <option value="">All channels</option>
        {channels.map((channel) => (
          <option key={channel} value={channel}>
            {channel}
          </option>
        ))}
      </Select>
      <Select name="status" aria-label="State" defaultValue={asked.status ?? ""} className="max-w-40">
        <option value="">All states</option>
        {STATES.map((state) => (
          <option key={state} value={state}>
            {state}
          </option>
        ))}
      </Select>
    </SearchForm>
  );
}
