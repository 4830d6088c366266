import Link from "next/link";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { plural } from "#lib/format.ts";

interface RegistryShown {
  id: string;
  name: string;
  url: string;
  username: string | null;
  repositories: number;
  createdAt: Date;
}

/** Upstream registries. `base` is where one's page lies. */
export function RegistriesTable({ registries, base, now }: { registries: RegistryShown[]; base: string; now: Date }) {
  return (
    <Table caption="Upstream registries" columns={["Registry", "Asked as", "Mirrored by", "Added"]}>
      {registries.map(({ id, name, url, username, repositories, createdAt }) => (
        <Row key={id}>
          <Cell className="sm:w-[45%]">
            <Link href={`${base}/${id}`} className="rounded font-medium text-accent-ink hover:underline">
              {name}
            </Link>
            <span className="wrap-anywhere block font-mono text-[13px] text-soft">{url}</span>
          </Cell>
          <Cell label="Asked as">{username ?? <span className="text-soft">nobody</span>}</Cell>
          <Cell label="Mirrored by" className="tabular-nums">
            {plural(repositories, "repository", "repositories")}
          </Cell>
          <Cell label="Added" className="text-soft">
            <Time at={createdAt} now={now} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
