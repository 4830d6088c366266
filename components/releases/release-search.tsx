import { FilterSelect } from "#components/ui/filter-select.tsx";
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
      <FilterSelect
        name="channel"
        label="Channel"
        all="All channels"
        options={channels.map((channel) => [channel, channel])}
        value={asked.channel}
      />
      <FilterSelect
        name="status"
        label="State"
        all="All states"
        options={STATES.map((state) => [state, state])}
        value={asked.status}
      />
    </SearchForm>
  );
}
