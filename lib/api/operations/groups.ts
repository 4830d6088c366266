import { z } from "zod";
import { productNamed } from "#lib/catalog/index.ts";
import {
  AddToGroup,
  addToGroup,
  CreateGroup,
  createGroup,
  deleteGroup,
  GroupFilter,
  GroupMemberFilter,
  giveToGroup,
  listGroupMembers,
  listGroups,
  removeFromGroup,
  SetGroupRole,
  setGroupRole,
  takeFromGroup,
  UpdateGroup,
  updateGroup,
  viewGroup,
} from "#lib/entitlements/index.ts";
import { type Operation, team } from "../operation.ts";
import {
  Changed,
  ChangedGroupShape,
  GroupMemberShape,
  GroupShape,
  JoinedGroupShape,
  MovedShape,
  Next,
} from "../shapes.ts";
import { viewGroup as shown, viewGroupMember } from "../views.ts";
import { ProductName } from "./products.ts";

const group = "Groups";
const params = z.strictObject({ group: z.uuid().describe("The group's id") });
const ofMember = z.strictObject({ ...params.shape, member: z.uuid().describe("The member's id") });
const ofProduct = z.strictObject({ ...params.shape, product: ProductName });

const { groupId: _listed, ...listing } = GroupMemberFilter.shape;
const { groupId: _updated, ...words } = UpdateGroup.shape;
const { groupId: _joined, ...joining } = AddToGroup.shape;
const { groupId: _mapped, ...role } = SetGroupRole.shape;
const WHERE_IT_GIVES = "where the group gives products";

export const GROUP_OPERATIONS: readonly Operation[] = [
  team({
    method: "GET",
    path: "/v1/groups",
    summary: "List groups",
    description: "By name, each with what it gives and how many it has.",
    group,
    needs: "group.view",
    query: GroupFilter,
    response: z.strictObject({ groups: z.array(GroupShape), next: Next }),
    answer: async ({ ctx, query }) => {
      const { groups, next } = await listGroups(ctx, query);
      return { groups: groups.map(shown), next };
    },
  }),
  team({
    method: "POST",
    path: "/v1/groups",
    summary: "Add a group",
    description: "Empty, and giving nothing yet.",
    group,
    needs: "group.manage",
    body: CreateGroup,
    example: { name: "Partners" },
    response: GroupShape,
    answer: async ({ ctx, body }) => shown({ ...(await createGroup(ctx, body)), members: 0, products: [] }),
  }),
  team({
    method: "GET",
    path: "/v1/groups/{group}",
    summary: "See one group",
    group,
    needs: "group.view",
    params,
    response: GroupShape,
    answer: async ({ ctx, params }) => shown(await viewGroup(ctx, params.group)),
  }),
  team({
    method: "PATCH",
    path: "/v1/groups/{group}",
    summary: "Change what a group is called",
    group,
    needs: "group.manage",
    params,
    body: z.strictObject(words),
    example: { name: "Resellers" },
    response: ChangedGroupShape,
    answer: async ({ ctx, params, body }) => {
      const { group, changed } = await updateGroup(ctx, { ...body, groupId: params.group });
      return { id: group.id, name: group.name, description: group.description, changed };
    },
  }),
  team({
    method: "DELETE",
    path: "/v1/groups/{group}",
    summary: "Delete a group",
    description: `Ends every grant that came from it; so it takes entitlement.revoke as well ${WHERE_IT_GIVES}.`,
    group,
    needs: "group.manage",
    params,
    response: MovedShape,
    answer: async ({ ctx, params }) => {
      const { revoked } = await deleteGroup(ctx, { groupId: params.group });
      return { changed: true, granted: 0, revoked };
    },
  }),
  team({
    method: "GET",
    path: "/v1/groups/{group}/members",
    summary: "List who is in a group",
    group,
    needs: "group.view",
    params,
    query: z.strictObject(listing),
    response: z.strictObject({ members: z.array(GroupMemberShape), next: Next }),
    answer: async ({ ctx, params, query }) => {
      const { members, next } = await listGroupMembers(ctx, { ...query, groupId: params.group });
      return { members: members.map(viewGroupMember), next };
    },
  }),
  team({
    method: "POST",
    path: "/v1/groups/{group}/members",
    summary: "Put members into a group",
    description: `By their ids, their addresses, or both: 1,000 of each at most. It takes entitlement.grant as well ${WHERE_IT_GIVES}.`,
    group,
    needs: "group.manage",
    params,
    body: z.strictObject(joining),
    example: { emails: ["ana@example.com"] },
    response: JoinedGroupShape,
    answer: ({ ctx, params, body }) => addToGroup(ctx, { ...body, groupId: params.group }),
  }),
  team({
    method: "DELETE",
    path: "/v1/groups/{group}/members/{member}",
    summary: "Take a member out of a group",
    description: `Grants of other sources stay. It takes entitlement.revoke as well ${WHERE_IT_GIVES}.`,
    group,
    needs: "group.manage",
    params: ofMember,
    response: MovedShape,
    answer: async ({ ctx, params }) => {
      const asked = { groupId: params.group, memberIds: [params.member] };
      const { removed, ...moved } = await removeFromGroup(ctx, asked);
      return { changed: removed > 0, ...moved };
    },
  }),
  team({
    method: "PUT",
    path: "/v1/groups/{group}/role",
    summary: "Let a group give a team role",
    description: "null: none. Who is not on the team yet is invited; no role above the caller's own, and never owner.",
    group,
    needs: ["group.manage", "team.changeRole"],
    params,
    body: z.strictObject(role),
    example: { role: "operator" },
    response: z.strictObject({ changed: Changed, invited: z.int().describe("How many letters were sent") }),
    answer: ({ ctx, params, body }) => setGroupRole(ctx, { ...body, groupId: params.group }),
  }),
  team({
    method: "PUT",
    path: "/v1/groups/{group}/products/{product}",
    summary: "Let a group give a product",
    description: "To everybody in it now, and to whoever joins later.",
    group,
    needs: ["group.manage", "entitlement.grant"],
    params: ofProduct,
    response: MovedShape,
    answer: async ({ ctx, params }) => {
      const { id: productId } = await productNamed(ctx, params.product);
      return giveToGroup(ctx, { groupId: params.group, productId });
    },
  }),
  team({
    method: "DELETE",
    path: "/v1/groups/{group}/products/{product}",
    summary: "Let a group no longer give a product",
    description: "The grants of it that came from the group end; grants of other sources stay.",
    group,
    needs: ["group.manage", "entitlement.revoke"],
    params: ofProduct,
    response: MovedShape,
    answer: async ({ ctx, params }) => {
      const { id: productId } = await productNamed(ctx, params.product);
      return takeFromGroup(ctx, { groupId: params.group, productId });
    },
  }),
];
