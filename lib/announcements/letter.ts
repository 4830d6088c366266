import type { Letter } from "#lib/mail/index.ts";
import { env } from "../env.ts";
import { mailPreferenceUrl, oneClickUrl } from "./preference-link.ts";

export interface ToTell {
  memberId: string;
  email: string;
}

export interface News {
  tenant: { slug: string; name: string };
  product: { name: string };
  version: string;
  notes: string;
}

const EXCERPT = 600;

/** The letter about a version. Its notes stand in it as they were written: Markdown is made to be read so, too. */
export function letterOf({ tenant, product, version, notes }: News, { memberId, email }: ToTell): Letter {
  const [name, vendor] = [oneLine(product.name), oneLine(tenant.name)];
  return {
    to: email,
    subject: `${name} ${version} is there`,
    paragraphs: [
      `${vendor} has published version ${version} of ${name}, which you can have.`,
      ...excerptOf(notes),
      `You get this since you are a member at ${vendor}. To get no such letters, open ${mailPreferenceUrl(memberId)}`,
    ],
    link: { label: "See it, and how to get it", url: `${env().PUBLIC_URL}/t/${tenant.slug}/downloads` },
    unsubscribe: oneClickUrl(memberId),
  };
}

function excerptOf(notes: string): string[] {
  const text = notes.trim();
  if (text.length <= EXCERPT) return text ? [text] : [];
  const cut = text.slice(0, EXCERPT);
  return [`${cut.slice(0, Math.max(cut.lastIndexOf("\n"), cut.lastIndexOf(" "), 1)).trimEnd()} …`];
}

const oneLine = (text: string) => text.replace(/\s+/g, " ");
