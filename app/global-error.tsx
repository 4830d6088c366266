"use client";

import { ErrorNotice } from "#components/shell/error-notice.tsx";
import "./globals.css";

export default function GlobalError(props: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <main>
          <ErrorNotice {...props} />
        </main>
      </body>
    </html>
  );
}
