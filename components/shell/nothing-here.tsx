import Link from "next/link";
import { buttonClass } from "#components/ui/button.tsx";
import { Notice } from "./notice.tsx";

/** What is said of every page that is not there, or not for this account. */
export function NothingHere() {
  return (
    <Notice
      title="There is nothing here"
      action={
        <Link href="/tenants" className={buttonClass({})}>
          Go to your workspaces
        </Link>
      }
    >
      The page does not exist, or your account has no access to it.
    </Notice>
  );
}
