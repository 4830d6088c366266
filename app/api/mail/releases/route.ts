import { setReleaseMail } from "#lib/announcements/index.ts";
import { currentRequest, problemResponse } from "#lib/http/index.ts";

/** What a mail program sends when somebody ends letters there (RFC 8058): no session, no page, the link's token alone. */
export async function POST(request: Request): Promise<Response> {
  try {
    const token = new URL(request.url).searchParams.get("token") ?? "";
    await setReleaseMail(currentRequest(), { token, wanted: false });
    return new Response("No letters about new versions will come.\n", { headers: { "cache-control": "no-store" } });
  } catch (error) {
    return problemResponse(error);
  }
}
