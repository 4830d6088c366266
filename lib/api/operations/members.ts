import { z } from "zod";
import { GrantFilter, pageGrants } from "#lib/entitlements/index.ts";
import {
  AddMemberByEmail,
  addMemberByEmail,
  listMembers,
  MemberFilter,
  SuspendMember,
  suspendMember,
  UnsuspendMember,
  unsuspendMember,
  viewMember,
} from "#lib/tenancy/index.ts";
import { type Operation, team } from "../operation.ts";
import { ChangedMemberShape, GrantShape, MemberShape, Next } from "../shapes.ts";
import { viewMember as shown, viewLedgerRow } from "../views.ts";

const group = "Members";
const params = z.strictObject({ member: z.uuid().describe("The member's id") });
const { memberId: _member, productId: _product, ...ledger } = GrantFilter.shape;
const { memberId: _suspended, ...suspending } = SuspendMember.shape;
const { memberId: _unsuspended, ...unsuspending } = UnsuspendMember.shape;
// The answer shows the member.
const suspension = {
  path: "/v1/members/{member}/suspension",
  group,
  needs: ["member.suspend", "member.view"],
  params,
  response: ChangedMemberShape,
} as const;

export const MEMBER_OPERATIONS: readonly Operation[] = [
  team({
    method: "GET",
    path: "/v1/members",
    summary: "List members",
    group,
    needs: "member.view",
    query: MemberFilter,
    response: z.strictObject({ members: z.array(MemberShape), next: Next }),
    answer: async ({ ctx, query }) => {
      const { members, next } = await listMembers(ctx, query);
      return { members: members.map(shown), next };
    },
  }),
  team({
    method: "POST",
    path: "/v1/members",
    summary: "Add a member whose membership nobody pays for",
    description: "They must have an account with that address. Who is a member already stays what they are.",
    group,
    needs: ["member.invite", "member.view"],
    body: AddMemberByEmail,
    example: { email: "ana@example.com", kind: "complimentary" },
    response: MemberShape,
    answer: async ({ ctx, body }) => {
      const { id } = await addMemberByEmail(ctx, body);
      return shown(await viewMember(ctx, id));
    },
  }),
  team({
    method: "GET",
    path: "/v1/members/{member}",
    summary: "See one member",
    group,
    needs: "member.view",
    params,
    response: MemberShape,
    answer: async ({ ctx, params }) => shown(await viewMember(ctx, params.member)),
  }),
  team({
    ...suspension,
    method: "PUT",
    summary: "Suspend a member",
    description:
      "Shuts them out of every product with their next request. The ledger stays, and so does what Stripe charges.",
    body: z.strictObject(suspending),
    example: { reason: "the invoice of March is disputed" },
    answer: async ({ ctx, params, body }) => {
      const { member, changed } = await suspendMember(ctx, { ...body, memberId: params.member });
      return { ...shown(member), changed };
    },
  }),
  team({
    ...suspension,
    method: "DELETE",
    summary: "End a member's suspension",
    description: "Their membership and their grants decide again.",
    body: z.strictObject(unsuspending),
    example: { reason: "the dispute is settled" },
    answer: async ({ ctx, params, body }) => {
      const { member, changed } = await unsuspendMember(ctx, { ...body, memberId: params.member });
      return { ...shown(member), changed };
    },
  }),
  team({
    method: "GET",
    path: "/v1/members/{member}/entitlements",
    summary: "List a member's entitlements",
    description: "Every row of the ledger, ended ones too, newest first; state and source choose among them.",
    group: "Entitlements",
    needs: "entitlement.view",
    params,
    query: z.strictObject(ledger),
    response: z.strictObject({ entitlements: z.array(GrantShape), next: Next }),
    answer: async ({ ctx, params, query }) => {
      const { grants, next } = await pageGrants(ctx, { ...query, memberId: params.member });
      return { entitlements: grants.map(viewLedgerRow), next };
    },
  }),
];
