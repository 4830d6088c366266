/**
 * What is asked with an Idempotency-Key is done once, however often it is sent: the deed and what was answered are one
 * transaction. Kept for a day.
 * Hidden: how two requests under one key are kept apart, where answers are kept.
 */
export { forgetAnswers, once, type Said } from "./once.ts";
