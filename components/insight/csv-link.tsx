import { Download } from "lucide-react";
import { buttonClass } from "#components/ui/button.tsx";

/** The table at hand, whole, as a file for spreadsheets. */
export function CsvLink({ href, of }: { href: string; of: string }) {
  return (
    <a href={href} download className={buttonClass({ size: "sm" })}>
      <Download className="size-3.5" aria-hidden="true" /> CSV
      <span className="sr-only">of {of}</span>
    </a>
  );
}
