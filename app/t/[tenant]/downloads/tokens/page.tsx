import type { Metadata } from "next";
import { TextLink } from "#components/shell/front.tsx";
import { CreateToken } from "#components/tokens/create-token.tsx";
import { TokenTable } from "#components/tokens/token-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { listProductAccess } from "#lib/entitlements/index.ts";
import { listPersonalTokens } from "#lib/identity/index.ts";
import { onPage, registryAddress, requireMember } from "#lib/web/index.ts";
import { scopesShown } from "../../scopes-shown.ts";
import { createToken, revokeToken, rotateToken } from "./actions.ts";
import { choicesOf, presetsOf } from "./presets.ts";

export const metadata: Metadata = { title: "My tokens" };

// Everyone manages their own (domain.md, "Capabilities").
const OWN = { allowed: true } as const;

export default async function TokensPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { ctx, access } = await requireMember((await params).tenant);
  const { slug } = ctx.tenant;
  const [tokens, products] = await onPage(() =>
    Promise.all([listPersonalTokens(ctx.actor.id), listProductAccess(ctx, access)]),
  );
  const { endlessTokens: endless } = access.tenant;
  const login = { host: registryAddress().host, username: ctx.actor.email };
  // In one place whatever the count: another place would be another dialog, which has forgotten the new secret.
  const create = (
    <CreateToken
      decision={OWN}
      words={{ button: "New token", title: "New token", nameHint: "Where it will be used: “laptop”, “build server”." }}
      presets={presetsOf(ctx.actor)}
      choices={choicesOf(ctx.actor)}
      products={products.map(({ product: { id, name } }) => ({ id, name }))}
      expires={{ days: 90, endless }}
      login={login}
      onCreate={createToken.bind(null, slug)}
    />
  );
  return (
    <>
      <PageHeader title="My tokens" action={create}>
        Passwords for docker, skopeo, scripts and <TextLink href="/developers">the API</TextLink>. They act as you, in
        every workspace, never with more than you may.
      </PageHeader>
      {tokens.length === 0 ? (
        <EmptyState title="No tokens yet">
          Make one, then sign in with your email address and the token as the password.
        </EmptyState>
      ) : (
        <TokenTable
          tokens={scopesShown(tokens)}
          caption="My tokens"
          now={ctx.now}
          rotate={{ decision: OWN, expires: { days: 90, endless }, login, onRotate: rotateToken.bind(null, slug) }}
          revoke={{
            decision: OWN,
            consequence: "Whatever signs in with it is refused from the next request on. This can't be undone.",
            onRevoke: revokeToken.bind(null, slug),
          }}
        />
      )}
    </>
  );
}
