import { plural } from "#lib/format.ts";

interface Side {
  count: number;
  first: { email: string; product: string }[];
}

/** What a change would move, found out beforehand. */
export interface MovesShown {
  gains: Side;
  loses: Side;
  team: string[];
}

/** Who gains, who loses and what happens on the team; while it is being found out, that. */
export function Moves({ moves }: { moves: MovesShown | null }) {
  if (!moves) return <p className="text-sm text-soft">Finding out who gains and who loses…</p>;
  const { gains, loses, team } = moves;
  if (gains.count + loses.count + team.length === 0) {
    return <p className="text-sm text-soft">Nobody gains or loses anything by it.</p>;
  }
  return (
    <div className="grid max-h-60 gap-3 overflow-y-auto text-sm">
      <People title={`${plural(loses.count, "person loses", "people lose")} a product`} side={loses} />
      <People title={`${plural(gains.count, "person gains", "people gain")} a product`} side={gains} />
      {team.length > 0 ? (
        <div>
          <p className="font-medium">On the team</p>
          <ul className="list-disc pl-5 text-soft">
            {team.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  );
}

function People({ title, side: { count, first } }: { title: string; side: Side }) {
  if (count === 0) return null;
  return (
    <div>
      <p className="font-medium">{title}</p>
      <ul className="list-disc pl-5 text-soft">
        {first.map(({ email, product }) => (
          <li key={`${email} ${product}`}>
            {email}: {product}
          </li>
        ))}
        {count > first.length ? <li>and {count - first.length} more</li> : null}
      </ul>
    </div>
  );
}
