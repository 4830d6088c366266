/**
 * Mail: one letter at a time, by the SMTP server of the settings, or into a folder where there is none, so that
 * invitations work on a laptop. Knows nothing of us.
 * Hidden: nodemailer, and how a letter looks.
 */

export { countOutbox, hasOutbox, listOutbox, type OutboxLetter, outboxDir } from "./outbox.ts";
export { type Letter, mailProblem, sendMail, sendMailLater } from "./send.ts";
export { type Round, sendRound } from "./send-round.ts";
