/** What lets this page send one file: where to, with which bearer, and how large it may be. */
export interface Ticket {
  id: string;
  url: string;
  ticket: string;
  bytesMax: number;
}

/**
 * Sends a backup's file in one go. Not by fetch: it tells nobody how far it is.
 * @throws Error in the server's words, or in ours where it said none
 */
export function sendBackup(file: File, { url, ticket }: Ticket, onProgress: (sent: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.setRequestHeader("Authorization", `Bearer ${ticket}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => (request.status === 200 ? resolve() : reject(new Error(wordsOf(request.responseText))));
    request.onerror = () => reject(new Error("The server could not be reached. Nothing was kept: send it again."));
    request.send(file);
  });
}

/** What the server said about it (RFC 9457). */
function wordsOf(body: string): string {
  try {
    const { detail, title } = JSON.parse(body) as { detail?: string; title?: string };
    return detail ?? title ?? "The server refused the file.";
  } catch {
    return "The server refused the file.";
  }
}
