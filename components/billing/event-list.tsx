/** The events that an endpoint must send, to choose them in Stripe's form. */
export function EventList({ events }: { events: readonly string[] }) {
  return (
    <details className="text-[13px]">
      <summary className="w-fit rounded text-soft hover:text-ink">
        The {events.length} events to choose at Stripe
      </summary>
      <ul className="mt-1.5 grid gap-x-6 gap-y-0.5 border-line border-l-2 pl-3 font-mono text-xs sm:grid-cols-2">
        {events.map((event) => (
          <li key={event} className="wrap-anywhere">
            {event}
          </li>
        ))}
      </ul>
    </details>
  );
}
