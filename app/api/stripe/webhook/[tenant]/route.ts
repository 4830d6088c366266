import { receiveEvent } from "#lib/billing/index.ts";
import { bytesOf, currentRequest, problemResponse, rawPathOf } from "#lib/http/index.ts";

const BODY_BYTES_MAX = 1024 * 1024;

/**
 * Stripe's events for a tenant. Plain Request → Response, so that server.ts can mount it without Next (docs/adr/0001).
 * 2xx says that the effect is committed; for anything else Stripe comes again, for up to three days.
 */
export async function POST(request: Request): Promise<Response> {
  try {
    const slug = rawPathOf(request).slice("/api/stripe/webhook/".length);
    const body = (await bytesOf(request, BODY_BYTES_MAX)).toString("utf8");
    const { requestId } = currentRequest();
    const signature = request.headers.get("stripe-signature");
    const { outcome } = await receiveEvent({ slug, body, signature, requestId });
    return Response.json({ received: true, outcome }, { headers: { "cache-control": "no-store" } });
  } catch (error) {
    return problemResponse(error);
  }
}
