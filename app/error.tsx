"use client";

import { ErrorNotice } from "#components/shell/error-notice.tsx";

export default function ErrorPage(props: { error: unknown; retry: () => void }) {
  return (
    <main>
      <ErrorNotice {...props} />
    </main>
  );
}
