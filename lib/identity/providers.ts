import { env } from "../env.ts";

export type ProviderId = "github" | "google" | "oidc";

export interface Provider {
  id: ProviderId;
  /** What its button says. */
  name: string;
  /** Under what its accounts are kept: those of one issuer are never taken for another's. */
  key: string;
  clientId: string;
  clientSecret: string;
  /** Null for GitHub, which speaks OAuth and no OpenID Connect. */
  issuer: string | null;
}

/** The identity providers that the settings name, whole. */
export function configuredProviders(): Provider[] {
  const settings = env();
  const { OIDC_ISSUER: issuer = null, OIDC_NAME } = settings;
  const known = [
    { id: "github", name: "GitHub", key: "github", issuer: null, ...pair("GITHUB") },
    { id: "google", name: "Google", key: "google", issuer: "https://accounts.google.com", ...pair("GOOGLE") },
    ...(issuer ? [{ id: "oidc", name: OIDC_NAME, key: `oidc:${issuer}`, issuer, ...pair("OIDC") } as const] : []),
  ] as const;
  return known.flatMap(({ clientId, clientSecret, ...provider }) =>
    clientId && clientSecret ? [{ ...provider, clientId, clientSecret }] : [],
  );

  function pair(name: "GITHUB" | "GOOGLE" | "OIDC") {
    return { clientId: settings[`${name}_CLIENT_ID`], clientSecret: settings[`${name}_CLIENT_SECRET`] };
  }
}

export function findProvider(id: string): Provider | null {
  return configuredProviders().find((provider) => provider.id === id) ?? null;
}
