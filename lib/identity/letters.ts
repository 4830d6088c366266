import type { Letter } from "#lib/mail/index.ts";
import { env } from "../env.ts";

/** The letters about accounts. `to` is a normalised address; a secret is a link's, which nobody else learns. */

/** `leadsTo` is a path of ours where its reader wanted to go; the page behind the link judges it. */
export function registrationLetter(to: string, secret: string, leadsTo?: string): Letter {
  return {
    to,
    subject: "Your account at Purser",
    paragraphs: [
      "Somebody, hopefully you, asked for an account with this address. Choose a name and a password to make it.",
      "The link works once, for a day. If it was not you, do nothing: no account is made.",
    ],
    link: { label: "Make the account", url: at("/register/confirm", secret, leadsTo) },
  };
}

export function haveAccountLetter(to: string, leadsTo?: string): Letter {
  return {
    to,
    subject: "You have an account at Purser already",
    paragraphs: [
      "Somebody, hopefully you, wanted this address for an account. It has one already: sign in with it.",
      `If the password is lost, set a new one: ${at("/reset-password")}`,
      "If it was not you, do nothing: nothing was changed.",
    ],
    link: { label: "Sign in", url: at("/sign-in", undefined, leadsTo) },
  };
}

export function passwordResetLetter(to: string, secret: string): Letter {
  return {
    to,
    subject: "Set a new password",
    paragraphs: [
      "Somebody, hopefully you, asked for a new password for the account with this address.",
      "The link works once, for an hour. If it was not you, do nothing: your password stays as it is.",
    ],
    link: { label: "Set a new password", url: at("/reset-password/confirm", secret) },
  };
}

export function emailChangeLetter(to: string, secret: string): Letter {
  return {
    to,
    subject: "Confirm your new email address",
    paragraphs: [
      "An account at Purser is about to get this address. Open the link where you are signed in, and confirm it.",
      "The link works once, for a day. If it was not you, do nothing: nothing is changed.",
    ],
    link: { label: "Confirm the address", url: at("/account/confirm-email", secret) },
  };
}

/** Tells an account's owner what changed about how to sign in. */
export function changedLetter(to: string, what: string): Letter {
  return {
    to,
    subject: "Your account was changed",
    paragraphs: [
      what,
      "If it was not you, set a new password now: that signs every browser out. Then look at your account's sign-in settings.",
    ],
    link: { label: "Set a new password", url: at("/reset-password") },
  };
}

function at(path: string, secret?: string, leadsTo?: string): string {
  const url = new URL(path, env().PUBLIC_URL);
  if (secret) url.searchParams.set("token", secret);
  if (leadsTo) url.searchParams.set("callbackUrl", leadsTo);
  return url.href;
}
