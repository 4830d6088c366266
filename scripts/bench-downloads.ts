import { benchDownloads } from "../bench/downloads.ts";
import { build } from "./prepare.ts";

/** `npm run bench:downloads [requests] [MiB]`: lists of files where there are many, and a large file beside nginx. */
build();
const [requests, fileMib] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 512)];
await benchDownloads({ requests, fileMib, rounds: 5, shelf: { products: 200, releases: 50, grants: 100 } });
process.exit();
