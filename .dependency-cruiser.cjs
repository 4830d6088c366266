/**
 * Who may import whom: the house's rules as a check (STYLE.md, "Rooms"). Run by scripts/check-imports.ts.
 * Doors speak a protocol, domain rooms know the rules, ground knows nothing of us.
 */
const DOORS = "oci|downloads|web|api|scim";
const DOMAIN = [
  "announcements",
  "backup",
  "billing",
  "catalog",
  "cleanup",
  "compliance",
  "directory",
  "enforcement",
  "entitlements",
  "identity",
  "insight",
  "instance",
  "jobs",
  "policies",
  "providers",
  "recalls",
  "releases",
  "runs",
  "signatures",
  "tenancy",
  "uploads",
  "upstream",
].join("|");
// A room may have a room within, as lib/web/gate, which middleware.ts enters alone.
const INDEX = ["^lib/[^/]+/index\\.tsx?$", "^lib/[^/]+/[^/]+/index\\.ts$"];
const TESTS = "\\.(test|contract)\\.tsx?$";
const OUTSIDE = "^(app|components|server|scripts|bench|prisma|e2e|stripe-local)/|^[^/]+\\.tsx?$|^lib/[^/]+\\.ts$";

const rule = (name, comment, ...[from, to]) => ({ name, comment, severity: "error", from, to });

// Tests may look behind the door of their own room, and stand on lib/testing.
const code = (from) => ({ ...from, pathNot: [TESTS, "^lib/testing/", ...[from.pathNot ?? []].flat()] });

module.exports = {
  forbidden: [
    rule(
      "no-cycles",
      "what goes round can't be understood or tested apart",
      { pathNot: "^lib/db/generated/" },
      { circular: true },
    ),
    rule("resolvable", "an import that nobody finds is not checked either", {}, { couldNotResolve: true }),
    rule("rooms-by-the-front-door", "a room is entered by its index.ts", code({ path: OUTSIDE }), {
      path: "^lib/[^/]+/",
      pathNot: INDEX,
    }),
    rule(
      "room-to-room-by-the-front-door",
      "a room is entered by its index.ts, also from the next room and its tests",
      { path: "^lib/([^/]+)/", pathNot: "^lib/testing/" },
      { path: "^lib/[^/]+/", pathNot: ["^lib/$1/", ...INDEX] },
    ),
    rule(
      "access-is-pure",
      "facts in, decisions out: no clock, no database, no package",
      code({ path: "^lib/access/" }),
      { pathNot: "^lib/(access/|errors\\.ts$)" },
    ),
    rule(
      "ground-knows-nothing-of-us",
      "db, storage, http, outgoing and signatures stand below every rule",
      code({ path: "^lib/(db|storage|http|outgoing|signatures)/" }),
      {
        path: "^lib/",
        pathNot: ["^lib/$1/", "^lib/(errors|log|ids|env|fault-point|process-global|lru-cache|parse)\\.ts$"],
      },
    ),
    rule(
      "vocabulary-knows-no-room",
      "lib/*.ts is imported by all rooms and imports none; context.ts takes the Actor's type",
      { path: "^lib/[^/]+\\.ts$", pathNot: [TESTS, "^lib/context\\.ts$"] },
      { path: "^(lib/[^/]+/|app/|components/|server)" },
    ),
    rule(
      "context-takes-types-alone",
      "context.ts names the Actor and no more",
      { path: "^lib/context\\.ts$" },
      { path: "^lib/", pathNot: "^lib/access/index\\.ts$" },
    ),
    rule(
      "audit-below-the-domain",
      "every room records, so audit may need none of them",
      code({ path: "^lib/audit/" }),
      { path: "^lib/[^/]+/", pathNot: "^lib/(audit|access|db)/" },
    ),
    rule("components-hold-no-data", "props in, callbacks out", code({ path: "^components/" }), {
      path: "^(lib/(?!access/|format)|app/|server|middleware)|node_modules/(stripe|pg|@prisma)/",
    }),
    rule("ui-knows-no-domain", "components/ui has no word of ours", code({ path: "^components/ui/" }), {
      path: "^(lib/(?!format)|components/(?!ui/))",
    }),
    rule(
      "app-is-glue",
      "app calls rooms; it never touches the database or the store",
      code({ path: "^(app/|middleware\\.ts$)" }),
      { path: "^lib/(db|storage)/|node_modules/(pg|@prisma)/" },
    ),
    rule(
      "domain-knows-no-door",
      "rules don't know which protocol asks",
      code({ path: `^lib/(${DOMAIN}|audit|access|db|storage|http|outgoing)/` }),
      { path: `^(app/|components/|server|middleware\\.ts|lib/(${DOORS})/)` },
    ),
    rule("doors-do-not-open-doors", "what two doors need belongs into a room", code({ path: `^lib/(${DOORS})/` }), {
      path: `^lib/(${DOORS})/`,
      pathNot: "^lib/$1/",
    }),
    rule(
      "doors-know-no-page",
      "pages call the web room, never the other way round; it may fill in a component's type",
      code({ path: `^lib/(${DOORS})/` }),
      { path: "^(app/|components/|server|middleware\\.ts)", dependencyTypesNot: ["type-only"] },
    ),
    rule(
      "next-stays-in-glue",
      "next belongs to app, components, middleware.ts, server.ts, web and identity",
      code({ path: "^(lib|scripts|bench|prisma)/", pathNot: "^lib/(web|identity)/" }),
      { path: "^(next|next-auth)(/|$)|node_modules/(next|next-auth)/" },
    ),
    rule(
      "data-plane-without-next",
      "server.ts mounts these route files straight on Node (docs/adr/0001)",
      { path: "^app/(v2|v1|scim|auth/token|api/stripe)/" },
      { path: "^(next|next-auth)(/|$)|node_modules/(next|next-auth|react)/" },
    ),
    rule(
      "stripe-stays-in-billing",
      "one room speaks to Stripe, and the stand-in answers in its types",
      { pathNot: "^(lib/billing|stripe-local)/" },
      { path: "^stripe$|node_modules/stripe/" },
    ),
    rule(
      "stand-in-stays-outside",
      "tests and scripts start the stand-in for Stripe; what runs in production knows STRIPE_API_URL alone",
      code({ path: "^(lib|app|components|server)/|^[^/]+\\.tsx?$" }),
      { path: "^stripe-local/" },
    ),
    rule(
      "stand-in-knows-nothing-of-us",
      "it answers as Stripe does, whoever asks",
      { path: "^stripe-local/", pathNot: TESTS },
      { path: "^(lib|app|components|server|scripts|prisma)/" },
    ),
    rule(
      "prisma-stays-in-db",
      "the generated client is lib/db's; its types are exported from there",
      { pathNot: ["^lib/db/", "^prisma/", "^prisma\\.config\\.ts$"] },
      { path: "^lib/db/generated/|^@prisma/|node_modules/@prisma/|node_modules/prisma/" },
    ),
    rule(
      "order-jobs",
      "background work calls the domain; of the domain only the instance may ask for some (docs/adr/0014)",
      code({ path: `^lib/(${DOMAIN}|audit|access|db|storage|http|outgoing)/`, pathNot: "^lib/(jobs|instance)/" }),
      { path: "^lib/jobs/|^pg-boss|node_modules/pg-boss/" },
    ),
    rule("order-tenancy", "tenancy stands lowest", code({ path: "^lib/tenancy/" }), {
      path: "^lib/(catalog|releases|entitlements|billing|identity|storage)/",
    }),
    rule("order-identity", "identity → tenancy", code({ path: "^lib/identity/" }), {
      path: "^lib/(catalog|releases|entitlements|billing|storage)/",
    }),
    rule(
      "order-instance",
      "the instance → identity, tenancy; of what a tenant sells it knows nothing",
      code({ path: "^lib/instance/" }),
      {
        path: "^lib/(catalog|releases|entitlements|billing)/",
      },
    ),
    rule(
      "order-below-instance",
      "no room but a door asks about the instance",
      code({ path: `^lib/(${DOMAIN})/`, pathNot: "^lib/instance/" }),
      {
        path: "^lib/instance/",
      },
    ),
    rule(
      "order-uploads",
      "bytes on their way in know neither repositories nor releases",
      code({ path: "^lib/uploads/" }),
      { path: "^lib/(tenancy|catalog|releases|entitlements|billing|identity)/" },
    ),
    rule("order-catalog", "catalog → tenancy", code({ path: "^lib/catalog/" }), {
      path: "^lib/(upstream|releases|entitlements|billing|identity)/",
    }),
    rule("order-upstream", "upstream → catalog", code({ path: "^lib/upstream/" }), {
      path: "^lib/(releases|entitlements|billing|identity)/",
    }),
    rule("order-releases", "entitlements → releases → catalog", code({ path: "^lib/releases/" }), {
      path: "^lib/(entitlements|billing|identity)/",
    }),
    rule("order-entitlements", "entitlements → catalog → tenancy", code({ path: "^lib/entitlements/" }), {
      path: "^lib/(billing|storage)/",
    }),
    rule(
      "order-directory",
      "who is there → what they get: a directory stands above the groups, and knows nothing of what they are paid for",
      code({ path: `^lib/(${DOMAIN})/`, pathNot: "^lib/(directory|providers|jobs)/" }),
      { path: "^lib/directory/" },
    ),
    rule(
      "order-entitlements-identity",
      "who asks reaches the ledger as a type, Principal, and no more",
      code({ path: "^lib/entitlements/" }),
      { path: "^lib/identity/", dependencyTypesNot: ["type-only"] },
    ),
    rule(
      "testing-is-for-tests",
      "fixtures never run in production",
      {
        pathNot: [
          TESTS,
          "^lib/testing/",
          "^vitest(\\.built)?\\.config\\.ts$",
          "^test/",
          "^server/(conformance|clients)/",
        ],
      },
      { path: "^lib/testing/" },
    ),
    rule("nobody-imports-a-test", "a test is an end", { pathNot: TESTS }, { path: TESTS }),
    rule(
      "nobody-imports-a-script",
      "scripts call rooms, never the other way round",
      { path: "^(lib|app|components|server)" },
      { path: "^(scripts|bench|e2e)/" },
    ),
    rule(
      "only-what-ships",
      "what runs in production is in dependencies",
      code({ path: "^(lib|app|components|server|middleware\\.ts|prisma/)" }),
      { dependencyTypes: ["npm-dev", "npm-no-pkg"], dependencyTypesNot: ["type-only"] },
    ),
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.next|\\.test|data|test-results)/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
};
