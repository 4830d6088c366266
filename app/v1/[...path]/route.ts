// The JSON API; mounted without Next like /v2 (docs/adr/0001).
export {
  handleApi as DELETE,
  handleApi as GET,
  handleApi as HEAD,
  handleApi as OPTIONS,
  handleApi as PATCH,
  handleApi as POST,
  handleApi as PUT,
} from "#lib/api/index.ts";
