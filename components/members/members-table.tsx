import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { buttonClass } from "#components/ui/button.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { StandingBadge, type StandingShown } from "./standing-badge.tsx";

interface Member {
  id: string;
  email: string;
  name: string | null;
  since: Date;
  standing: StandingShown;
}

/** The members with their standing, and the way to each one's entitlements. */
export function MembersTable({ members, base, now }: { members: Member[]; base: string; now: Date }) {
  return (
    <Table caption="Members" columns={["Mark", "Member", "Membership", "Since", "Entitlements"]}>
      {members.map((member) => (
        <Row key={member.id}>
          <Cell label="Mark" className="sm:w-px">
            <input
              type="checkbox"
              name="member"
              value={member.id}
              aria-label={`Mark ${member.email}`}
              className="mt-0.5 size-4 accent-accent"
            />
          </Cell>
          <Cell>
            <div className="font-medium text-ink">{member.name ?? member.email}</div>
            {member.name ? <div className="text-[13px] text-soft">{member.email}</div> : null}
          </Cell>
          <Cell label="Membership">
            <StandingBadge standing={member.standing} />
          </Cell>
          <Cell label="Since" className="text-soft">
            <Time at={member.since} now={now} />
          </Cell>
          <Cell className="sm:w-px">
            <Link
              href={`${base}/${member.id}`}
              aria-label={`Entitlements of ${member.email}`}
              className={buttonClass({ size: "sm" })}
            >
              Entitlements <ChevronRight className="size-3.5" aria-hidden="true" />
            </Link>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
