// The OCI registry. Plain Request → Response, so that server.ts can mount it without Next (docs/adr/0001).
export {
  handleOci as DELETE,
  handleOci as GET,
  handleOci as HEAD,
  handleOci as PATCH,
  handleOci as POST,
  handleOci as PUT,
} from "#lib/oci/index.ts";
