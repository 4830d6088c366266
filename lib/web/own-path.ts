import { env } from "../env.ts";
import { safePath } from "./safe-path.ts";

/** safePath for what may be a whole address of ours, too, as next-auth hands it on. */
export function ownPath(asked: string | null | undefined): string {
  const home = env().PUBLIC_URL;
  return safePath(asked?.startsWith(`${home}/`) ? asked.slice(home.length) : asked);
}
