import { z } from "zod";
import { productNamed } from "#lib/catalog/index.ts";
import {
  ExplainAccess,
  explainAccess,
  GrantEntitlement,
  GrantFilter,
  grantEntitlement,
  pageGrants,
  RevokeEntitlement,
  revokeEntitlement,
} from "#lib/entitlements/index.ts";
import { type Operation, team } from "../operation.ts";
import { AccessShape, ChangedGrantShape, GrantShape, Next } from "../shapes.ts";
import { viewAccess, viewGrant, viewLedgerRow } from "../views.ts";
import { ProductName } from "./products.ts";

const group = "Entitlements";
const { memberId: _member, productId: _product, ...ledger } = GrantFilter.shape;
const { entitlementId: _entitlement, ...revoking } = RevokeEntitlement.shape;

export const ENTITLEMENT_OPERATIONS: readonly Operation[] = [
  team({
    method: "POST",
    path: "/v1/entitlements",
    summary: "Grant a product to a member",
    description: "Granting what is granted changes nothing, and says so.",
    group,
    needs: "entitlement.grant",
    body: GrantEntitlement,
    example: { memberId: "{member}", productId: "{product}", reason: "trial", expiresAt: "2027-01-31T00:00:00Z" },
    response: ChangedGrantShape,
    answer: async ({ ctx, body }) => {
      const { grant, changed } = await grantEntitlement(ctx, body);
      return { ...viewGrant(grant), changed };
    },
  }),
  team({
    method: "DELETE",
    path: "/v1/entitlements/{entitlement}",
    summary: "Revoke an entitlement",
    description: "It ends for the next request. Rows of other sources stay, and with them the access that they give.",
    group,
    needs: "entitlement.revoke",
    params: z.strictObject({ entitlement: z.uuid().describe("The entitlement's id") }),
    body: z.strictObject(revoking),
    example: { reason: "the trial is over" },
    response: ChangedGrantShape,
    answer: async ({ ctx, params, body }) => {
      const { grant, changed } = await revokeEntitlement(ctx, { ...body, entitlementId: params.entitlement });
      return { ...viewGrant(grant), changed };
    },
  }),
  team({
    method: "GET",
    path: "/v1/products/{product}/entitlements",
    summary: "List who holds a product",
    description: "Every row of the ledger, ended ones too, newest first; state and source choose among them.",
    group,
    needs: "entitlement.view",
    params: z.strictObject({ product: ProductName }),
    query: z.strictObject(ledger),
    response: z.strictObject({ entitlements: z.array(GrantShape), next: Next }),
    answer: async ({ ctx, params, query }) => {
      const { id: productId } = await productNamed(ctx, params.product);
      const { grants, next } = await pageGrants(ctx, { ...query, productId });
      return { entitlements: grants.map(viewLedgerRow), next };
    },
  }),
  team({
    method: "GET",
    path: "/v1/access",
    summary: "Ask whether a member may have a product, and why",
    description: "The decision that the registry would take now, with every rule and the fact behind it.",
    group,
    needs: "entitlement.view",
    query: ExplainAccess,
    response: AccessShape,
    answer: async ({ ctx, query }) => viewAccess(await explainAccess(ctx, query)),
  }),
];
