/**
 * One value per process, although server.ts and Next's bundles load their own copies of every module.
 * Pools, caches, loggers and metric registries hang here.
 */
export function processGlobal<T>(name: string, make: () => T): T {
  const key = Symbol.for(`purser.${name}`);
  const store = globalThis as unknown as Record<symbol, T>;
  if (!(key in store)) store[key] = make();
  return store[key] as T;
}
