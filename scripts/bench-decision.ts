import { prepare } from "./prepare.ts";

/** `npm run bench:decision [members]`: what a decision costs the database of a large tenant. Takes minutes and 4 GB. */
prepare();
// Loaded here, since the generated client may not have been there before.
const { benchDecision } = await import("../bench/decision.ts");
const members = Number(process.argv[2] ?? 1_000_000);
await benchDecision({ members, products: 200, grantsPerMember: 5 });
process.exit();
