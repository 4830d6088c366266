/** Dates, counts and names in words, in English and UTC: the same on the server and in every browser. Pure. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["week", 7 * DAY],
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** `3 hours ago`, `in 2 months`, `just now`. */
export function relativeTime(at: Date, now: Date): string {
  const distance = at.getTime() - now.getTime();
  const unit = UNITS.find(([, ms]) => Math.abs(distance) >= ms);
  return unit ? relative.format(Math.round(distance / unit[1]), unit[0]) : "just now";
}

/** `21 Nov 2026, 19:04:11 UTC` */
export function exactTime(at: Date): string {
  return `${day.format(at)}, ${at.toISOString().slice(11, 19)} UTC`;
}

/** `21 Nov 2026` */
export function dateOnly(at: Date): string {
  return day.format(at);
}

/** `1 member`, `3 members` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `Ana`, `Ana and Ben`, `Ana and 3 others`; of `count` people the first names will do. */
export function andOthers(names: readonly string[], count = names.length): string {
  const [first = "nobody", second] = names;
  if (count < 2) return first;
  return count === 2 && second ? `${first} and ${second}` : `${first} and ${plural(count - 1, "other")}`;
}

/** `a`, `a and b`, `a, b and c` */
export function andList(parts: readonly string[]): string {
  const [last = "", ...before] = [...parts].reverse();
  return before.length === 0 ? last : `${before.reverse().join(", ")} and ${last}`;
}

const BYTES = ["bytes", "kB", "MB", "GB", "TB", "PB"] as const;

/** `0 bytes`, `1.5 kB`, `23 MB`: in powers of a thousand, as disks are sold. */
export function byteSize(bytes: number): string {
  const power = Math.min(BYTES.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? Number(value.toFixed(1)) : Math.floor(value)} ${BYTES[power]}`;
}

/** `3 hours`, `1 day`: a length of time in its largest whole unit. */
export function duration(ms: number): string {
  const unit = UNITS.find(([, length]) => ms >= length);
  return unit ? plural(Math.floor(ms / unit[1]), unit[0]) : plural(Math.floor(ms / 1000), "second");
}

// What Stripe counts in whole units or in thousandths (https://docs.stripe.com/currencies); Intl knows some otherwise.
const NO_DECIMALS = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(" ");
const THREE_DECIMALS = "bhd jod kwd omr tnd".split(" ");

/** `€10`, `$4.99`, `¥500`: an amount in the currency's smallest unit, as Stripe counts. */
export function money(amount: number, currency: string): string {
  const decimals = NO_DECIMALS.includes(currency) ? 0 : THREE_DECIMALS.includes(currency) ? 3 : 2;
  return new Intl.NumberFormat("en", {
    style: "currency",
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    trailingZeroDisplay: "stripIfInteger",
  }).format(amount / 10 ** decimals);
}

/** `per month`, `every 3 months`, `once`. */
export function period(interval: string | null, count = 1): string {
  if (!interval) return "once";
  return count === 1 ? `per ${interval}` : `every ${count} ${interval}s`;
}

/** `monthly`, `yearly`, `every 3 months`, `lifetime`: what a plan of that period is called. */
export function planWord(interval: string | null, count = 1): string {
  if (!interval) return "lifetime";
  return count === 1 ? `${interval === "day" ? "dai" : interval}ly` : period(interval, count);
}
