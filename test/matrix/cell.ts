import { type Capability, type Role, roleAllows } from "#lib/access/index.ts";
import { newId } from "#lib/ids.ts";
import { ACTORS, type ActorName, roleIn, type Side, type Somebody, type World } from "./world.ts";

/** Whom a page, action or call is for. `person` is anybody who is signed in; `admin` an instance admin. */
type Audience = "anyone" | "person" | "member" | "team" | "admin";

/** One line of the matrix: something that can be asked of the server, and who may. */
export interface Row {
  /** As surface.ts lists it. */
  surface: string;
  audience: Audience;
  /** What the role must have, too. */
  capability?: Capability;
  /** A customer may, without any role: pulling what they paid for. */
  customersToo?: boolean;
  /** An instance admin may who is there for support, though it is no page of the team's. */
  supportToo?: boolean;
  /** The id of an object that the call names: one of the side's, or of the person's own. Made anew for each cell. */
  child?: (side: Side, person: Somebody) => string | Promise<string>;
  /** A name of that form which nothing has; an id where it is not said. */
  missing?: () => string;
  /** The answer where all is well; 200 where it is not said. */
  status?: number | ((cell: Cell) => number);
  /** An action's arguments after the slug, or a call's body. */
  input?: (cell: Cell) => unknown;
  /** Its input is a file's bytes, which may be any. */
  bytes?: boolean;
  /** It goes on after its answer: a letter is written. */
  later?: boolean;
  /** Where it is asked; the pattern filled in where it is not said. */
  path?: (cell: Cell) => string;
  headers?: (cell: Cell) => Record<string, string>;
}

export interface Target {
  tenant: "a" | "b" | "none" | null;
  child: "own" | "foreign" | "missing" | null;
}

/** A cell under way: the row, who asks, for what. */
export interface Cell {
  world: World;
  row: Row;
  actor: ActorName;
  target: Target;
  person: Somebody | null;
  slug: string;
  /** The side that is addressed; A's where none is. */
  side: Side;
  childId: string;
}

export type Verdict = "sign-in" | "hidden" | "refused" | "no-child" | "allowed";

const isAdmin = (actor: ActorName) => actor === "admin" || actor === "support";
const inTenant = (row: Row) => row.audience === "team" || row.audience === "member";

/** What a row's cells address: A's, B's and nobody's objects. */
export function targetsOf(row: Row): Target[] {
  if (inTenant(row)) {
    const tenants = (["a", "b", "none"] as const).map(
      (tenant) => ({ tenant, child: row.child ? "own" : null }) as const,
    );
    const children = (["foreign", "missing"] as const).map((child) => ({ tenant: "a", child }) as const);
    return row.child ? [...tenants, ...children] : tenants;
  }
  if (!row.child) return [{ tenant: null, child: null }];
  const children = row.audience === "admin" ? (["own", "missing"] as const) : (["own", "foreign", "missing"] as const);
  return children.map((child) => ({ tenant: null, child }));
}

/** Every actor with everything that a row can be asked about. */
export function cellsOf(row: Row): { actor: ActorName; target: Target }[] {
  return ACTORS.flatMap((actor) => targetsOf(row).map((target) => ({ actor, target })));
}

/** What domain.md says of the cell ("Who sees what"; the table of capabilities and roles). */
export function verdictOf(row: Row, actor: ActorName, target: Target): Verdict {
  const found = target.child === null || target.child === "own" ? "allowed" : "no-child";
  if (row.audience === "anyone") return found;
  if (actor === "anonymous") return "sign-in";
  if (row.audience === "person" || (row.audience === "admin" && isAdmin(actor))) return found;
  return inTenant(row) ? (inTenantVerdict(row, actor, target) ?? found) : "hidden";
}

function inTenantVerdict(row: Row, actor: ActorName, target: Target): Verdict | null {
  const role = target.tenant === "none" || target.tenant === null ? null : roleIn(actor, target.tenant);
  if (actor === "support" && !isForSupport(row)) return "hidden";
  if (role === null || (role === "member" && row.audience === "team")) return "hidden";
  return mayUse(row, role) ? null : "refused";
}

// Support looks at the team's pages: no token of theirs opens anything, and the portal holds what is somebody's own.
function isForSupport({ surface, audience, supportToo }: Row): boolean {
  return supportToo === true || (audience === "team" && /^(page|action) /.test(surface));
}

function mayUse({ capability, customersToo }: Row, role: Role | "member"): boolean {
  if (!capability) return true;
  return role === "member" ? customersToo === true : roleAllows(role, capability);
}

/** Makes what a cell needs. */
export async function prepare(world: World, row: Row, at: { actor: ActorName; target: Target }): Promise<Cell> {
  const { actor, target } = at;
  const person = actor === "anonymous" ? null : world.people[actor];
  const side = target.tenant === "b" ? world.b : world.a;
  const slug = target.tenant === "none" ? "no-such-workspace" : side.fixture.tenant.slug;
  const cell = { world, row, actor, target, person, slug, side };
  return { ...cell, childId: await childOf(cell) };
}

async function childOf({ world, row, person, side, target, actor }: Omit<Cell, "childId">): Promise<string> {
  if (!row.child || target.child === "missing") return row.missing?.() ?? newId();
  if (target.child === "own") return row.child(side, person ?? world.people.owner);
  // Somebody else's of the other tenant.
  return row.child(world.b, actor === "ownerB" ? world.people.owner : world.people.ownerB);
}
