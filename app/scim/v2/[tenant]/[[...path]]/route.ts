// SCIM; mounted without Next like /v2 (docs/adr/0001).
export {
  handleScim as DELETE,
  handleScim as GET,
  handleScim as HEAD,
  handleScim as PATCH,
  handleScim as POST,
  handleScim as PUT,
} from "#lib/scim/index.ts";
