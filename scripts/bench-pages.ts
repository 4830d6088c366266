import { build, prepare } from "./prepare.ts";

/** `npm run bench:pages [requests]`: how long pages of a large tenant take, and what a stranger's 404 tells by its time. */
prepare();
build();
// Loaded here, since the generated client may not have been there before.
const { benchPages } = await import("../bench/pages.ts");
await benchPages({ requests: Number(process.argv[2] ?? 100) });
process.exit();
