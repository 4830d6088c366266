import { plural } from "#lib/format.ts";

export interface Preview {
  moves: { memberId: string; email: string; gains: string[]; loses: string[] }[];
  strangers: number;
}

const SHOWN_MAX = 50;
const STAYS = "What they hold by hand or by a group stays.";

function inWords(gaining: number, losing: number): string {
  const gain = gaining > 0 ? [`${plural(gaining, "member")} ${gaining === 1 ? "gains" : "gain"}`] : [];
  const loss = losing > 0 ? [`${plural(losing, "member")} ${losing === 1 ? "loses" : "lose"}`] : [];
  return `${[...gain, ...loss].join(", ")} something.`;
}

/** Who gains and who loses what, before it happens. */
export function PriceMoves({ preview: { moves, strangers } }: { preview: Preview }) {
  const losing = moves.filter(({ loses }) => loses.length > 0).length;
  const gaining = moves.filter(({ gains }) => gains.length > 0).length;
  return (
    <div
      role="status"
      className={`mt-4 rounded-md px-3 py-2.5 text-sm ${losing > 0 ? "bg-danger-soft text-danger-ink" : "bg-raised"}`}
    >
      <p>
        {moves.length === 0 ? "Nobody gains or loses anything by it now." : `${inWords(gaining, losing)} ${STAYS}`}
        {strangers > 0
          ? ` ${plural(strangers, "customer")} at Stripe ${strangers === 1 ? "is" : "are"} no member here.`
          : ""}
      </p>
      {moves.length > 0 ? (
        <ul className="mt-1.5 grid max-h-40 gap-1 overflow-y-auto text-[13px]">
          {moves.slice(0, SHOWN_MAX).map(({ memberId, email, gains, loses }) => (
            <li key={memberId}>
              <strong>{email}</strong> {gains.length > 0 ? `gains ${gains.join(", ")}` : ""}
              {gains.length > 0 && loses.length > 0 ? "; " : ""}
              {loses.length > 0 ? `loses ${loses.join(", ")}` : ""}
            </li>
          ))}
          {moves.length > SHOWN_MAX ? <li>… and {moves.length - SHOWN_MAX} more</li> : null}
        </ul>
      ) : null}
    </div>
  );
}
