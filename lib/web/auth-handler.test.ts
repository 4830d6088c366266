import { NextRequest } from "next/server";
import { beforeAll, describe, expect, it } from "vitest";
import { setEnv } from "../env.ts";
import { handleAuth, isOffered } from "./auth-handler.ts";
import { verifiedAddressOf } from "./auth-providers.ts";

beforeAll(() =>
  setEnv({
    PURSER_SECRET: "a secret for tests alone: 0123456789 abcdef",
    DATABASE_URL: "postgresql://unused",
    OIDC_ISSUER: "https://id.example",
    OIDC_CLIENT_ID: "purser",
    OIDC_CLIENT_SECRET: "secret",
    GOOGLE_CLIENT_ID: "half of the settings",
  }),
);

describe("what next-auth offers", () => {
  it("is what our pages call, and the providers of the settings", () => {
    const paths = ["csrf", "signout", "callback/credentials", "callback/passkey", "signin/oidc", "callback/oidc"];
    const offered = (method: string) => paths.filter((path) => isOffered(method, path.split("/")));
    expect(offered("GET")).toEqual(["csrf", "callback/oidc"]);
    expect(offered("POST")).toEqual(["signout", "callback/credentials", "callback/passkey", "signin/oidc"]);
    for (const path of ["session", "signin/github", "callback/google", "_log", "verify-request", "callback/oidc/x"])
      for (const method of ["GET", "POST"]) expect(isOffered(method, path.split("/")), path).toBe(false);
  });

  it("reads no body that is larger than a form of ours, or that does not say how large it is", async () => {
    const context = { params: Promise.resolve({ nextauth: ["callback", "credentials"] }) };
    for (const headers of [{ "content-length": "65537" }, { "content-length": "x" }, undefined]) {
      const body = new ReadableStream({ pull: () => expect.fail("it was read") }, { highWaterMark: 0 });
      const request = new NextRequest("http://localhost/api/auth/callback/credentials", {
        method: "POST",
        headers,
        body,
        duplex: "half",
      });
      expect((await handleAuth(request, context)).status).toBe(413);
    }
  });

  it("is of GitHub the address that it uses and has verified, and no other", () => {
    const [a, b] = ["a@example.com", "b@example.com"];
    expect(verifiedAddressOf([{ email: a, primary: true, verified: true }])).toMatchObject({ email: a });
    for (const emails of [
      [],
      [{ email: a, primary: true, verified: false }],
      [
        { email: a, primary: true, verified: false },
        { email: b, primary: false, verified: true },
      ],
    ])
      expect(verifiedAddressOf(emails)).toMatchObject({ email: undefined, email_verified: false });
  });
});
