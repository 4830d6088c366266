import { applyClaims, joinDirectories, type SignInClaims } from "#lib/directory/index.ts";
import { currentRequest, unexpected } from "#lib/http/index.ts";

/** Makes somebody who signed in a member where a directory waits for them. Nobody is kept from signing in by it. */
export async function followDirectories(userId: string): Promise<void> {
  await joinDirectories(userId, currentRequest()).catch(unexpected);
}

/** The same for the groups that their provider says they are in. */
export async function followClaims(userId: string, said: SignInClaims): Promise<void> {
  await followDirectories(userId);
  await applyClaims(userId, said, currentRequest()).catch(unexpected);
}
