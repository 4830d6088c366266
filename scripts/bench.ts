import { bench } from "../bench/bench.ts";
import { build } from "./prepare.ts";

/** `npm run bench [seconds]`: what is promised about speed, beside Debian's docker-registry where that is installed. */
build();
await bench({ seconds: Number(process.argv[2] ?? 5), rounds: Number(process.argv[3] ?? 3) });
process.exit();
