import type { Letter } from "#lib/mail/index.ts";
import { env } from "../env.ts";
import { exactTime, plural } from "../format.ts";
import { oneLine } from "./recall-fields.ts";

/** What a letter is about. */
export interface Warned {
  id: string;
  tenant: { id: string; slug: string; name: string };
  product: { slug: string; name: string };
  label: string;
  reason: string;
  replacement: string | null;
}

export interface ToWarn {
  memberId: string;
  email: string;
  /** What they fetched, the latest first. */
  things: { what: string; lastAt: string }[];
}

const THINGS_SHOWN = 10;
const DIGEST_SHOWN = 12;

/** The letter to a member who fetched what is recalled. It says nothing of how to end such letters: it is about what they run. */
export function letterOf({ tenant, product, label, reason, replacement }: Warned, { email, things }: ToWarn): Letter {
  const [vendor, name] = [oneLine(tenant.name), `${oneLine(product.name)} ${shortLabel(label)}`];
  return {
    to: email,
    subject: `Recalled: ${name}`,
    paragraphs: [
      `${vendor} recalls ${name}, which you fetched. Please stop using it.`,
      `Why: ${reason}`,
      ...(replacement ? [`Move to: ${replacement}`] : []),
      [
        "You fetched:",
        ...things.slice(0, THINGS_SHOWN).map(({ what, lastAt }) => `- ${what}, last on ${exactTime(new Date(lastAt))}`),
        ...(things.length > THINGS_SHOWN ? [`and ${plural(things.length - THINGS_SHOWN, "other thing")}.`] : []),
      ].join("\n"),
      `You get this because somebody at ${vendor} recalled what you fetched. It does not depend on whether you want to be told of new versions.`,
    ],
    link: {
      label: "Read on, and see what you can have instead",
      url: `${env().PUBLIC_URL}/t/${tenant.slug}/downloads/products/${product.slug}`,
    },
  };
}

/** A version as it is; of name@sha256:… as much as a person compares. Pure. */
export function shortLabel(label: string): string {
  return label.replace(
    /@(\w+:)([0-9a-f]+)$/,
    (_, kind: string, hex: string) => `@${kind}${hex.slice(0, DIGEST_SHOWN)}`,
  );
}
