import { z } from "zod";
import {
  ClaimSettings,
  CreateClaimGroup,
  countDirectory,
  createClaimGroup,
  DisconnectDirectory,
  disconnectDirectory,
  listDirectorySecrets,
  revokeDirectorySecret,
  saveClaimSettings,
  syncDirectory,
  viewDirectory,
} from "#lib/directory/index.ts";
import { env } from "../../env.ts";
import { type Operation, team } from "../operation.ts";
import { StartedRunShape, viewStarted } from "../run-shapes.ts";
import { Changed, GroupShape, Id, Instant, Maybe } from "../shapes.ts";
import { viewGroup } from "../views.ts";

const group = "Directory";
const PATH = "/v1/providers/directory";

const SecretShape = z.strictObject({
  id: Id,
  hint: z.string().describe("Its last characters"),
  createdBy: z.string(),
  createdAt: Instant,
  lastUsedAt: Maybe(Instant),
});

const DirectoryShape = z
  .strictObject({
    baseUrl: z.string().describe("What the directory's SCIM client is given, with a secret"),
    secrets: z.array(SecretShape).describe("Those that hold; made on the page alone, where a person sees one once"),
    claim: z.strictObject({ provider: Maybe(z.string()), claim: z.string() }).describe("Whose claim says who is in it"),
    people: z.strictObject({ users: z.int(), inactive: z.int(), waiting: z.int() }),
    groups: z.strictObject({ scim: z.int(), claim: z.int() }),
  })
  .meta({ id: "Directory" });

export const DIRECTORY_OPERATIONS: readonly Operation[] = [
  team({
    method: "GET",
    path: PATH,
    summary: "See how the directory is set up",
    group,
    needs: ["provider.view", "group.view"],
    response: DirectoryShape,
    answer: async ({ ctx }) => {
      const [directory, secrets] = [await viewDirectory(ctx), await listDirectorySecrets(ctx)];
      const { scimGroups, claimGroups, ...people } = await countDirectory(ctx);
      return {
        baseUrl: `${env().PUBLIC_URL}/scim/v2/${ctx.tenant.slug}`,
        secrets: secrets.map(({ revokedAt: _, ...secret }) => secret),
        claim: { provider: directory?.claimProvider ?? null, claim: directory?.claim ?? "groups" },
        people,
        groups: { scim: scimGroups, claim: claimGroups },
      };
    },
  }),
  team({
    method: "PUT",
    path: `${PATH}/claim`,
    summary: "Say whose claim says who is in which group",
    description: "null: no claim counts. Who is in the groups changes with each person's next sign-in.",
    group,
    needs: "provider.manage",
    body: ClaimSettings,
    example: { provider: "google", claim: "groups" },
    response: z.strictObject({ changed: Changed }),
    answer: ({ ctx, body }) => saveClaimSettings(ctx, body),
  }),
  team({
    method: "POST",
    path: `${PATH}/groups`,
    summary: "Add a group that follows the claim",
    group,
    needs: "group.manage",
    body: CreateClaimGroup,
    example: { name: "Beta", value: "beta-testers" },
    response: GroupShape,
    answer: async ({ ctx, body }) => viewGroup({ ...(await createClaimGroup(ctx, body)), members: 0, products: [] }),
  }),
  team({
    method: "POST",
    path: `${PATH}/groups/sync`,
    summary: "Make members, groups and roles follow the directory",
    description: "A run, begun within a minute; one that is under way is the same.",
    group,
    needs: "group.sync",
    keyed: false,
    response: StartedRunShape,
    answer: async ({ ctx }) => viewStarted(await syncDirectory(ctx)),
  }),
  team({
    method: "DELETE",
    path: `${PATH}/secrets/{secret}`,
    summary: "Revoke a secret of the directory",
    description: "Whoever still uses it is refused from the next request on.",
    group,
    needs: "provider.manage",
    params: z.strictObject({ secret: z.uuid().describe("The secret's id") }),
    response: z.strictObject({ changed: Changed }),
    answer: async ({ ctx, params }) => {
      await revokeDirectorySecret(ctx, { secretId: params.secret });
      return { changed: true };
    },
  }),
  team({
    method: "DELETE",
    path: PATH,
    summary: "Disconnect the directory",
    description:
      "No secret holds and no claim counts any more. `groups=keep` (the default) keeps its groups as groups by hand; `groups=end` " +
      "deletes them with what they gave, which takes group.manage as well, and where they give, entitlement.revoke and team.remove.",
    group,
    needs: "provider.manage",
    query: DisconnectDirectory,
    response: z.strictObject({
      changed: Changed,
      secrets: z.int().describe("How many were revoked"),
      people: z.int().describe("How many it told of"),
      groups: z.int().describe("How many were kept, or ended"),
    }),
    answer: ({ ctx, query }) => disconnectDirectory(ctx, query),
  }),
];
