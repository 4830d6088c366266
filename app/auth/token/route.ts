// Docker's token endpoint; mounted without Next like /v2 (docs/adr/0001).
export { handleToken as GET, handleToken as POST } from "#lib/oci/index.ts";
