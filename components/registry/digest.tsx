import Link from "next/link";

/** A digest as people tell two apart by: its algorithm where it is not the usual one, and the first characters. */
export function shortDigest(digest: string): string {
  const [algorithm = "", hex = ""] = digest.split(":");
  return `${algorithm === "sha256" ? "" : `${algorithm}:`}${hex.slice(0, 12)}`;
}

/** A digest, short, as a link to the manifest's page where there is one. */
export function Digest({ digest, base }: { digest: string; base?: string }) {
  const short = <span title={digest}>{shortDigest(digest)}</span>;
  if (!base) return <code className="font-mono text-xs">{short}</code>;
  return (
    <Link href={`${base}/manifest?at=${digest}`} className="rounded font-mono text-accent-ink text-xs hover:underline">
      {short}
    </Link>
  );
}
