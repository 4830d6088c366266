import { z } from "zod";
import {
  AddRegistry,
  addRegistry,
  ChangeRegistry,
  ChangeUpstream,
  ConnectRepository,
  changeRegistry,
  changeUpstream,
  connectRepository,
  disconnectRepository,
  listRegistries,
  RotateRegistrySecret,
  removeRegistry,
  rotateRegistrySecret,
  startImport,
  viewRegistry,
} from "#lib/upstream/index.ts";
import { type Operation, team } from "../operation.ts";
import { StartedRunShape, viewStarted } from "../run-shapes.ts";
import {
  AddedRegistryShape,
  ChangedMirrorShape,
  ChangedRegistryShape,
  MirrorShape,
  RegistryShape,
  viewMirror,
  viewRegistryRow,
} from "../upstream-shapes.ts";

const group = "Upstream registries";
const params = z.strictObject({ registry: z.uuid().describe("The registry's id") });
const ofMirror = z.strictObject({ repository: z.uuid().describe("The id of the repository that mirrors") });
const { registryId: _changed, ...words } = ChangeRegistry.shape;
const { registryId: _rotated, ...secret } = RotateRegistrySecret.shape;
const { repositoryId: _terms, ...terms } = ChangeUpstream.shape;
// The registry itself is asked: no transaction waits for it.
const asking = { group, needs: "provider.manage", keyed: false } as const;

export const UPSTREAM_OPERATIONS: readonly Operation[] = [
  team({
    method: "GET",
    path: "/v1/upstreams",
    summary: "List upstream registries",
    group,
    needs: "provider.view",
    response: z.strictObject({ registries: z.array(RegistryShape) }),
    answer: async ({ ctx }) => ({ registries: (await listRegistries(ctx)).map(viewRegistryRow) }),
  }),
  team({
    ...asking,
    method: "POST",
    path: "/v1/upstreams",
    summary: "Add an upstream registry",
    description: "It is asked with the credentials before they are kept.",
    body: AddRegistry,
    example: { name: "GitHub", url: "https://ghcr.io", username: "acme", password: "…" },
    response: AddedRegistryShape,
    answer: ({ ctx, body }) => addRegistry(ctx, body),
  }),
  team({
    method: "GET",
    path: "/v1/upstreams/{registry}",
    summary: "See an upstream registry and what mirrors it",
    group,
    needs: "provider.view",
    params,
    response: z.strictObject({ registry: RegistryShape, mirrors: z.array(MirrorShape) }),
    answer: async ({ ctx, params }) => {
      const { registry, repositories } = await viewRegistry(ctx, params.registry);
      return { registry: viewRegistryRow(registry), mirrors: repositories.map(viewMirror) };
    },
  }),
  team({
    ...asking,
    method: "PATCH",
    path: "/v1/upstreams/{registry}",
    summary: "Change an upstream registry's name or address",
    description: "At another address the credentials that are set are not used: send those for it along, or none.",
    params,
    body: z.strictObject(words),
    example: { name: "GitHub packages" },
    response: ChangedRegistryShape,
    answer: async ({ ctx, params: { registry: id }, body }) => {
      return { id, ...(await changeRegistry(ctx, { ...body, registryId: id })) };
    },
  }),
  team({
    ...asking,
    method: "PUT",
    path: "/v1/upstreams/{registry}/credentials",
    summary: "Set an upstream registry's credentials",
    description: "They are tried before they take the old ones' place; with both empty it is asked without any.",
    params,
    body: z.strictObject(secret),
    example: { username: "acme", password: "…" },
    response: ChangedRegistryShape,
    answer: async ({ ctx, params: { registry: id }, body }) => {
      await rotateRegistrySecret(ctx, { ...body, registryId: id });
      return { id, changed: true };
    },
  }),
  team({
    method: "DELETE",
    path: "/v1/upstreams/{registry}",
    summary: "Remove an upstream registry",
    description: "What mirrors it is disconnected; what is kept stays.",
    group,
    needs: "provider.manage",
    params,
    response: ChangedRegistryShape,
    answer: async ({ ctx, params: { registry: id } }) => {
      await removeRegistry(ctx, { registryId: id });
      return { id, changed: true };
    },
  }),
  team({
    ...asking,
    method: "POST",
    path: "/v1/mirrors",
    summary: "Let a repository mirror one of an upstream registry",
    description: "The repository here is made where it is not there.",
    body: ConnectRepository,
    example: { repository: "{workspace}/{product}", registryId: "{registry}", path: "team/app", patterns: ["v*"] },
    response: ChangedMirrorShape,
    answer: async ({ ctx, body }) => {
      const { repositoryId } = await connectRepository(ctx, body);
      return { repositoryId, changed: true };
    },
  }),
  team({
    method: "PATCH",
    path: "/v1/mirrors/{repository}",
    summary: "Change what a repository takes over",
    group,
    needs: "provider.manage",
    params: ofMirror,
    body: z.strictObject(terms),
    example: { patterns: ["v*"], importEveryHours: 24 },
    response: ChangedMirrorShape,
    answer: async ({ ctx, params: { repository: repositoryId }, body }) => {
      return { repositoryId, ...(await changeUpstream(ctx, { ...body, repositoryId })) };
    },
  }),
  team({
    method: "DELETE",
    path: "/v1/mirrors/{repository}",
    summary: "Disconnect a repository from its upstream",
    description: "What is kept stays.",
    group,
    needs: "provider.manage",
    params: ofMirror,
    response: ChangedMirrorShape,
    answer: async ({ ctx, params: { repository: repositoryId } }) => {
      await disconnectRepository(ctx, { repositoryId });
      return { repositoryId, changed: true };
    },
  }),
  team({
    method: "POST",
    path: "/v1/mirrors/{repository}/import",
    summary: "Import a repository's tags from upstream",
    description: "A run that copies them whole, begun within a minute; one that is under way is the same.",
    group,
    needs: "provider.syncInventory",
    keyed: false,
    params: ofMirror,
    response: StartedRunShape,
    answer: async ({ ctx, params }) => viewStarted(await startImport(ctx, { repositoryId: params.repository })),
  }),
];
