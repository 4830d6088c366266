/** Why access to a product is refused; the words of domain.md, "The decision". */
export const REASONS = {
  not_found: "There is no such product, or it is no longer offered.",
  token_scope: "This token's scopes do not cover that.",
  not_a_member: "You are not a member here.",
  member_suspended: "Your membership is suspended. Ask the vendor.",
  membership_inactive: "Your membership is not active. Renew it to get access again.",
  not_entitled: "Your membership does not include this product. Ask the vendor for access.",
  role_lacks: "Your role is not allowed to do that.",
} as const;

export type Reason = keyof typeof REASONS;
