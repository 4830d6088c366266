/**
 * Registries elsewhere from which a vendor takes images over: whose they are, what mirrors them, what is fetched on a pull
 * and what is imported. What was fetched is kept as if it had been pushed, so that all else goes on as it does.
 * Hidden: how a registry is asked, how pulls wait for one fetch, how fresh a tag is held to be.
 */
export { ImportUpstream, importUpstream, startDueImports, startImport } from "./import/import-run.ts";
export { type ImportPreview, PreviewImport, previewImport } from "./import/preview-import.ts";
export type { Mirror, Mirrored } from "./pull/mirror.ts";
export { mirrorBlob } from "./pull/mirror-blob.ts";
export { mirrorManifest } from "./pull/mirror-manifest.ts";
export { AddRegistry, addRegistry } from "./registries/add-registry.ts";
export {
  ChangeRegistry,
  changeRegistry,
  RemoveRegistry,
  RotateRegistrySecret,
  removeRegistry,
  rotateRegistrySecret,
} from "./registries/change-registry.ts";
export { checkUpstream } from "./registries/check-registry.ts";
export { inventoryUpstream } from "./registries/inventory-registry.ts";
export {
  listRegistries,
  type RegistryView,
  registriesOf,
  type UpstreamView,
  viewRegistry,
  viewUpstream,
} from "./registries/view-registries.ts";
export {
  ChangeUpstream,
  ConnectRepository,
  changeUpstream,
  connectRepository,
  DisconnectRepository,
  disconnectRepository,
  previewDisconnect,
} from "./repositories/connect-repository.ts";
