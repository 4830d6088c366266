import { z } from "zod";
import { checkedUrl } from "#lib/outgoing/index.ts";
import { env } from "../../env.ts";
import { isAppError } from "../../errors.ts";

/** What people call Docker Hub, and where its registry is. */
const HUB = "https://registry-1.docker.io";
const HUB_NAMES = new Set(["docker.io", "index.docker.io", "hub.docker.com", "www.docker.com"]);

export function isHub(url: string): boolean {
  return url === HUB;
}

export const RegistryUrl = z
  .string()
  .trim()
  .min(1, "is missing")
  .max(500)
  .transform((text, context) => {
    try {
      const url = checkedUrl(text.includes("://") ? text : `https://${text}`);
      if (url.origin === env().PUBLIC_URL) {
        context.addIssue("is this Purser itself");
        return z.NEVER;
      }
      if (/^\/(v2\/?)?$/.test(url.pathname) && url.search === "") return HUB_NAMES.has(url.host) ? HUB : url.origin;
      context.addIssue("must be the registry alone, without a path: the repository is named where it is connected");
    } catch (error) {
      context.addIssue(
        (isAppError(error) && error.fields?.url) || "must be a URL such as https://registry.example.com",
      );
    }
    return z.NEVER;
  });

export const RegistryName = z.string().trim().min(1, "is missing").max(60);
export const Username = z
  .string()
  .trim()
  .max(200)
  .regex(/^[^:\p{Cc}]*$/u, "must hold no colon");
export const Password = z.string().max(8192, "is too long");
