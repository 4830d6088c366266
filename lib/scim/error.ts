import { currentRequest, statusOf, unexpected } from "#lib/http/index.ts";
import { type AppError, isAppError } from "../errors.ts";

/** RFC 7644, table 9. */
export type ScimType =
  | "invalidFilter"
  | "tooMany"
  | "uniqueness"
  | "mutability"
  | "invalidSyntax"
  | "invalidPath"
  | "noTarget"
  | "invalidValue";

const BRAND = Symbol.for("purser.ScimError");

/** What a request of the protocol got wrong; whatever else is refused is an AppError of a room below. */
export class ScimError extends Error {
  readonly [BRAND] = true;
  readonly status: number;
  readonly scimType?: ScimType;

  constructor(status: number, scimType: ScimType | undefined, message: string) {
    super(message);
    this.status = status;
    this.scimType = scimType;
  }
}

function isScimError(error: unknown): error is ScimError {
  return typeof error === "object" && error !== null && BRAND in error;
}

export const SCIM_JSON = "application/scim+json";

/** An error in SCIM's form (RFC 7644, section 3.12), with the request id that the log has too. */
export function scimErrorResponse(error: unknown): { response: Response; detail: string } {
  const { requestId } = currentRequest();
  const { status, scimType, detail, retryAfterSeconds } = sayingOf(error);
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
  const body = { schemas, status: String(status), scimType, detail, requestId };
  const headers: Record<string, string> = {
    "content-type": SCIM_JSON,
    "cache-control": "private, no-store",
    "x-request-id": requestId,
  };
  if (retryAfterSeconds) headers["retry-after"] = String(retryAfterSeconds);
  if (status === 401) headers["www-authenticate"] = 'Bearer realm="purser"';
  return { response: new Response(JSON.stringify(body), { status, headers }), detail };
}

interface Saying {
  status: number;
  scimType?: ScimType;
  detail: string;
  retryAfterSeconds?: number;
}

function sayingOf(error: unknown): Saying {
  if (isScimError(error)) return { status: error.status, scimType: error.scimType, detail: error.message };
  if (isAppError(error)) return appSaying(error);
  return { status: 500, detail: unexpected(error).message };
}

// SCIM says 400 for what its peers call 422.
function appSaying({ code, message: detail, reason, retryAfterSeconds }: AppError): Saying {
  if (code === "invalid")
    return { status: 400, scimType: reason === "malformed" ? "invalidSyntax" : "invalidValue", detail };
  if (code === "conflict") return { status: 409, scimType: "uniqueness", detail };
  return { status: statusOf(code), detail, retryAfterSeconds };
}
