import type { Ctx } from "../context.ts";
import type { JsonObject } from "./body.ts";

/** A request of a tenant's directory, once it is known which. Nothing of it is kept anywhere but here. */
export interface Call {
  ctx: Ctx;
  request: Request;
  /** The address of the tenant's own endpoint, under which all its resources stand. */
  base: string;
}

/** What is answered. */
export interface Said {
  status: number;
  body?: JsonObject;
  location?: string;
}

/** The endpoints of a kind of resource. */
export interface Resource {
  list(call: Call): Promise<Said>;
  create(call: Call): Promise<Said>;
  view(call: Call, id: string): Promise<Said>;
  replace(call: Call, id: string): Promise<Said>;
  patch(call: Call, id: string): Promise<Said>;
  remove(call: Call, id: string): Promise<Said>;
}
