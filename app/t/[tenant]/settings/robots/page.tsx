import type { Metadata } from "next";
import { CreateToken } from "#components/tokens/create-token.tsx";
import { TokenTable } from "#components/tokens/token-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { listRobotTokens } from "#lib/identity/index.ts";
import { onPage, registryAddress, requireTeam } from "#lib/web/index.ts";
import { scopesShown } from "../../scopes-shown.ts";
import { createRobot, revokeRobot } from "./actions.ts";

export const metadata: Metadata = { title: "Robots" };

const PRESETS = [
  { value: "pull", label: "Pull", hint: "Deploys and mirrors." },
  { value: "push", label: "Pull and push", hint: "Builds that publish images." },
];

export default async function RobotsPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { ctx } = await requireTeam((await params).tenant);
  const { slug } = ctx.tenant;
  const robots = await onPage(() => listRobotTokens(ctx));
  // In one place whatever the count: another place would be another dialog, which has forgotten the new secret.
  const create = (
    <CreateToken
      decision={decide(ctx.actor, "token.create")}
      words={{
        button: "Add robot",
        title: "Add a robot",
        nameHint: "Lower case, digits and dashes; it is its user name, too.",
      }}
      presets={PRESETS}
      days={365}
      login={{ host: registryAddress().host, username: null }}
      onCreate={createRobot.bind(null, slug)}
    />
  );
  return (
    <>
      <PageHeader title="Robots" action={create}>
        Tokens for machines. A robot is nobody's: it stays when people leave, bound by its scopes alone.
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
