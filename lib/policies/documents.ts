import { z } from "zod";
import type { PolicyKind } from "#lib/db/index.ts";
import { publicKeyProblem, readPublicKey } from "#lib/signatures/index.ts";
import { parse } from "../parse.ts";
import { RetentionRule, TAKES_NOTHING, TagPatterns, takesAnything } from "./tag-rules.ts";

/** The products that a policy rules, by slug; none for all of them, those to come too. A product named apart comes first. */
const Products = z
  .array(z.string().trim().min(1).max(100))
  .max(500, "may name at most 500 products")
  .transform((slugs) => [...new Set(slugs)].sort());

export const RetentionDocument = z
  .strictObject({ products: Products, ...RetentionRule.shape })
  .refine(takesAnything, { path: ["keepLast"], error: TAKES_NOTHING });

export const ImmutabilityDocument = z.strictObject({
  products: Products,
  patterns: TagPatterns.refine((patterns) => patterns.length > 0, "needs at least one pattern"),
});

/** A key that signs what the vendor publishes, and whose it is. */
export const Signer = z.strictObject({
  name: z.string().trim().min(1, "is missing").max(100),
  /** SubjectPublicKeyInfo, PEM: in the one form, however it was pasted. */
  publicKey: z
    .string()
    .superRefine((pem, refusal) => {
      const problem = publicKeyProblem(pem);
      if (problem) refusal.addIssue({ code: "custom", message: problem });
    })
    .transform((pem) => readPublicKey(pem).pem),
});
export type Signer = z.output<typeof Signer>;

export const AccessDocument = z
  .strictObject({
    /** Days of access after a subscription fell past due. */
    graceDays: z.int().min(0).max(90),
    endlessTokens: z.boolean(),
    /** For so many days after it was made or rotated a token opens anything here; null for as long as it says itself. */
    tokenDaysMax: z.int().min(1).max(3650).nullable(),
    /** Whether the team needs a second factor before its role counts. */
    secondFactor: z.boolean(),
    /** Whose signatures a release's images need before it is published; none for no such rule. */
    signers: z.array(Signer).max(20, "may be at most 20"),
    /** Whether its files need one as well. */
    signedFiles: z.boolean(),
  })
  .refine((rule) => !(rule.endlessTokens && rule.tokenDaysMax !== null), {
    path: ["tokenDaysMax"],
    error: "can't be said where tokens without an end are taken",
  })
  .refine((rule) => rule.signers.length > 0 || !rule.signedFiles, {
    path: ["signedFiles"],
    error: "needs at least one key that signs",
  });

/** What a version of each kind of policy says. */
export interface Documents {
  retention: z.output<typeof RetentionDocument>;
  immutability: z.output<typeof ImmutabilityDocument>;
  access: z.output<typeof AccessDocument>;
}

const SCHEMAS: { [K in PolicyKind]: z.ZodType<Documents[K]> } = {
  retention: RetentionDocument,
  immutability: ImmutabilityDocument,
  access: AccessDocument,
};

/** A document of a kind, checked. @throws invalid, with each field that is wrong as `document.<field>` */
export function documentOf<K extends PolicyKind>(kind: K, input: unknown): Documents[K] {
  return parse(z.strictObject({ document: SCHEMAS[kind] as z.ZodType<Documents[K]> }), { document: input }).document;
}

/** Whether a document rules a product. */
export function rules(document: Documents["retention" | "immutability"], slug: string): boolean {
  return document.products.length === 0 || document.products.includes(slug);
}
