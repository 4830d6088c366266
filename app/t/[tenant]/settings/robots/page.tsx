import type { Metadata } from "next";
import { TextLink } from "#components/shell/front.tsx";
import { CreateToken } from "#components/tokens/create-token.tsx";
import { TokenTable } from "#components/tokens/token-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { listProducts } from "#lib/catalog/index.ts";
import { listRobotTokens } from "#lib/identity/index.ts";
import { onPage, registryAddress, requireTeam } from "#lib/web/index.ts";
import { choicesOf } from "../../downloads/tokens/presets.ts";
import { scopesShown } from "../../scopes-shown.ts";
import { createRobot, revokeRobot, rotateRobot } from "./actions.ts";

export const metadata: Metadata = { title: "Robots" };

const PRESETS = [
  { value: "pull", label: "Pull", hint: "Deploys and mirrors.", scopes: ["registry.pull"] },
  {
    value: "push",
    label: "Pull and push",
    hint: "Builds that publish images.",
    scopes: ["registry.pull", "registry.push", "registry.moveTag"],
  },
  {
    value: "create",
    label: "Pull and add",
    hint: "The same, but a tag that is there never moves.",
    scopes: ["registry.pull", "registry.push"],
  },
];

export default async function RobotsPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { ctx, access } = await requireTeam((await params).tenant);
  const { slug } = ctx.tenant;
  const [robots, products] = await onPage(() => Promise.all([listRobotTokens(ctx), listProducts(ctx)]));
  const making = decide(ctx.actor, "token.create");
  const expires = { days: 365, endless: access.tenant.endlessTokens };
  const login = { host: registryAddress().host, username: null };
  // In one place whatever the count: another place would be another dialog, which has forgotten the new secret.
  const create = (
    <CreateToken
      decision={making}
      words={{
        button: "Add robot",
        title: "Add a robot",
        nameHint: "Lower case, digits and dashes; it is its user name, too.",
      }}
      presets={PRESETS}
      choices={choicesOf(ctx.actor)}
      products={products.map(({ id, name }) => ({ id, name }))}
      expires={expires}
      login={login}
      onCreate={createRobot.bind(null, slug)}
    />
  );
  return (
    <>
      <PageHeader title="Robots" action={create}>
        Tokens for machines. A robot is nobody's: it stays when people leave, bound by its scopes alone. What it can do
        beside pulling and pushing is <TextLink href="/developers">the API</TextLink>.
      </PageHeader>
      {robots.length === 0 ? (
        <EmptyState title="No robots yet">
          Add one for your build server, then sign in with its name and secret.
        </EmptyState>
      ) : (
        <TokenTable
          tokens={scopesShown(robots)}
          caption="Robots"
          now={ctx.now}
          rotate={{ decision: making, expires, login, onRotate: rotateRobot.bind(null, slug) }}
          revoke={{
            decision: decide(ctx.actor, "token.revoke"),
            consequence: "Whatever signs in with it is refused from the next request on. This can't be undone.",
            onRevoke: revokeRobot.bind(null, slug),
          }}
        />
      )}
    </>
  );
}
