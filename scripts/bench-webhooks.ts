import { build, prepare } from "./prepare.ts";

/** `npm run bench:webhooks [customers] [rounds]`: how many of Stripe's events are taken a second, 50 in flight. */
prepare();
build();
// Loaded here, since the generated client may not have been there before.
const { benchWebhooks } = await import("../bench/webhooks.ts");
await benchWebhooks({ customers: Number(process.argv[2] ?? 1000), rounds: Number(process.argv[3] ?? 5) });
process.exit();
