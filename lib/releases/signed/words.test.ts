import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { signLines } from "./words.ts";

it.each(["app.zip", "my app (1).zip", "$(id).zip", "it's `id`; id", "-rf", "a&b.zip", "ü.zip"])(
  "a line to sign %j with gives a shell that very name",
  (name) => {
    const [line = ""] = signLines([{ image: null, name }]);
    const spoken = line.replace("cosign sign-blob --key cosign.key --bundle", "printf '%s\\n'");
    const [bundle, file] = execFileSync("sh", ["-c", spoken], { encoding: "utf8" }).split("\n");
    expect([bundle, file].map((said) => said?.replace(/^\.\//, ""))).toEqual([`${name}.sigstore.json`, name]);
  },
);
