import Link from "next/link";
import { Notice } from "#components/shell/notice.tsx";
import { buttonClass } from "#components/ui/button.tsx";

export default function NotFound() {
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
