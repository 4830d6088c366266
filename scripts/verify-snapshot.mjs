#!/usr/bin/env node
// Checks a compliance snapshot, as it was exported in JSON, with nothing but Node 20 or newer: no network, no Purser.
//   node verify-snapshot.mjs acme-compliance-2026-11-22T150000.json [public key in base64, as the instance shows it]
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

// RFC 8785 for what a snapshot holds: text, whole numbers, true, false, null, lists and objects.
function canonical(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

function problemOf({ snapshot, signature }, expectedKey) {
  if (!snapshot || !signature) return "This is no snapshot: it has no “snapshot” and “signature”.";
  const text = Buffer.from(canonical(snapshot));
  if (createHash("sha256").update(text).digest("hex") !== signature.sha256)
    return "It was changed: its SHA-256 is another one.";
  if (expectedKey && signature.publicKey !== expectedKey) return "It was signed with another key than the one given.";
  const key = createPublicKey({ key: Buffer.from(signature.publicKey, "base64"), format: "der", type: "spki" });
  return verify(null, text, key, Buffer.from(signature.value, "base64")) ? null : "Its signature is wrong.";
}

const [file, expectedKey] = process.argv.slice(2);
if (!file) {
  console.error("Name the snapshot's file: node verify-snapshot.mjs snapshot.json [public key]");
  process.exit(2);
}
const read = JSON.parse(readFileSync(file, "utf8"));
const problem = problemOf(read, expectedKey);
console.log(problem ?? `Signed as it is, taken ${read.snapshot.takenAt}, by the key ${read.signature.publicKey}`);
process.exit(problem ? 1 : 0);
