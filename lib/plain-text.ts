/** What others wrote, fit to be kept and shown: a line without control characters, of which PostgreSQL takes no NUL. */
export function plainText(text: string, lengthMax: number): string {
  const line = text.toWellFormed().replace(/\p{Cc}+/gu, " ");
  return line.length > lengthMax ? `${line.slice(0, lengthMax - 1).toWellFormed()}…` : line;
}
