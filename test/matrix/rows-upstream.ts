import { db } from "#lib/db/index.ts";
import { newId } from "#lib/ids.ts";
import { startUpstream } from "#lib/testing/index.ts";
import type { Row } from "./cell.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;
const newName = () => `u${newId().slice(-12)}`;

/** Asked by the server, which is let to it by its OUTGOING_ALLOW. */
const upstream = await startUpstream();
upstream.image("1.0");

const aRegistry = async ({ fixture }: Side) => {
  const data = { tenantId: fixture.tenant.id, name: newName(), url: upstream.url };
  return (await db().upstreamRegistry.create({ data })).id;
};
/** A repository that mirrors one there. @returns its id */
const aMirror = async (side: Side) => {
  const { tenant, product } = side.fixture;
  const name = `${tenant.slug}/${product.slug}/${newName()}`;
  const repository = await db().repository.create({ data: { tenantId: tenant.id, productId: product.id, name } });
  const terms = { registryId: await aRegistry(side), path: "team/app", patterns: ["*"] };
  await db().upstreamRepository.create({ data: { tenantId: tenant.id, repositoryId: repository.id, ...terms } });
  return repository.id;
};

const REGISTRIES = "action app/t/[tenant]/upstream/actions";
const MIRROR = "action app/t/[tenant]/repositories/[id]/upstream/actions";
const MANAGE = { ...TEAM, capability: "provider.manage" } as const;
const credentials = { username: "", password: "" };

/** Upstream registries and what mirrors them. */
export const UPSTREAM_ROWS: readonly Row[] = [
  { surface: "page /t/[tenant]/upstream", ...TEAM },
  { surface: "page /t/[tenant]/upstream/[id]", ...TEAM, child: aRegistry },
  { surface: "page /t/[tenant]/repositories/[id]/upstream", ...TEAM, child: aMirror },
  {
    surface: `${REGISTRIES}#addUpstream`,
    ...MANAGE,
    input: () => ({ name: newName(), url: upstream.url, ...credentials }),
  },
  {
    surface: `${REGISTRIES}#saveRegistry`,
    ...MANAGE,
    child: aRegistry,
    input: ({ childId }) => [childId, { name: newName(), url: upstream.url, ...credentials }],
  },
  {
    surface: `${REGISTRIES}#setCredentials`,
    ...MANAGE,
    child: aRegistry,
    input: ({ childId }) => [childId, credentials],
  },
  { surface: `${REGISTRIES}#dropRegistry`, ...MANAGE, child: aRegistry, input: ({ childId }) => childId },
  {
    surface: `${REGISTRIES}#connect`,
    ...MANAGE,
    child: aRegistry,
    input: ({ childId, side: { fixture } }) => ({
      registryId: childId,
      path: "team/app",
      repository: `${fixture.repository.name}/${newName()}`,
    }),
  },
  {
    surface: `${MIRROR}#saveTerms`,
    ...MANAGE,
    child: aMirror,
    input: ({ childId }) => [childId, { patterns: [newName()], pullThrough: false }],
  },
  { surface: `${MIRROR}#disconnect`, ...MANAGE, child: aMirror, input: ({ childId }) => childId },
  {
    surface: `${MIRROR}#previewOfImport`,
    ...TEAM,
    capability: "provider.syncInventory",
    child: aMirror,
    input: ({ childId }) => childId,
  },
  {
    surface: `${MIRROR}#importNow`,
    ...TEAM,
    capability: "provider.syncInventory",
    child: aMirror,
    input: ({ childId }) => childId,
    later: true,
  },
];

const OF_REGISTRY = { ...MANAGE, child: aRegistry } as const;
const OF_MIRROR = { ...MANAGE, child: aMirror } as const;

/** The same by the API. */
export const UPSTREAM_API_ROWS: readonly Row[] = [
  { surface: "api GET /v1/upstreams", ...TEAM, capability: "provider.view" },
  {
    surface: "api POST /v1/upstreams",
    ...MANAGE,
    input: () => ({ name: newName(), url: upstream.url }),
  },
  { surface: "api GET /v1/upstreams/<registry>", ...TEAM, capability: "provider.view", child: aRegistry },
  { surface: "api PATCH /v1/upstreams/<registry>", ...OF_REGISTRY, input: () => ({ name: newName() }) },
  { surface: "api PUT /v1/upstreams/<registry>/credentials", ...OF_REGISTRY, input: () => credentials },
  { surface: "api DELETE /v1/upstreams/<registry>", ...OF_REGISTRY, input: () => ({}) },
  {
    surface: "api POST /v1/mirrors",
    ...OF_REGISTRY,
    path: ({ slug }) => `/v1/mirrors?tenant=${slug}`,
    input: ({ childId, side: { fixture } }) => ({
      registryId: childId,
      path: "team/app",
      repository: `${fixture.repository.name}/${newName()}`,
    }),
  },
  { surface: "api PATCH /v1/mirrors/<repository>", ...OF_MIRROR, input: () => ({ patterns: [newName()] }) },
  { surface: "api DELETE /v1/mirrors/<repository>", ...OF_MIRROR, input: () => ({}) },
  {
    surface: "api POST /v1/mirrors/<repository>/import",
    ...TEAM,
    capability: "provider.syncInventory",
    child: aMirror,
    input: () => ({}),
    later: true,
  },
];
