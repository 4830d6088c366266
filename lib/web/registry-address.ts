import { registryService } from "#lib/identity/index.ts";
import { env } from "../env.ts";

/** Where clients reach the registry, and whether without TLS, which they must be told. */
export function registryAddress(): { host: string; insecure: boolean } {
  return { host: registryService(), insecure: env().PUBLIC_URL.startsWith("http:") };
}

/** An address of ours as people type it. */
export function publicUrl(path: string): string {
  return env().PUBLIC_URL + path;
}
