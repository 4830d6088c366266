import { Readable } from "node:stream";
import { db } from "#lib/db/index.ts";
import { newId } from "#lib/ids.ts";
import { namedFiles } from "#lib/storage/index.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side, Somebody } from "./world.ts";

const TEAM = { audience: "team" } as const;
const ACTIONS = "action app/t/[tenant]/backups/actions";
const onPage = ({ slug }: Cell) => `/t/${slug}/backups`;

const FILE = Buffer.from("matrix");

/** One that is kept, with a file; its key is none that a passphrase opens. */
async function aBackup({ fixture }: Side): Promise<string> {
  const of = { startedBy: "system", startedByLabel: "Purser", recipient: "age1", keyEncrypted: "none" };
  const contents = { schema: "", tables: { products: 1 }, rows: 1, blobs: 0, blobBytes: 0 };
  const kept = { state: "kept", contents, sha256: "0".repeat(64), bytes: FILE.length, withBytes: false } as const;
  const { id, tenantId } = await db().backup.create({ data: { tenantId: fixture.tenant.id, ...of, ...kept } });
  await namedFiles().write(`backups/${tenantId}/${id}/backup.tar.age`, Readable.from([FILE]));
  return id;
}

async function aRunOf(side: Side, kind: string, more: object): Promise<string> {
  const about = { kind, label: "Matrix", startedBy: "system", startedByLabel: "Purser", requestId: "matrix" };
  const capabilities = { viewCapability: "backup.view", startCapability: "backup.create" };
  const data = { tenantId: side.fixture.tenant.id, ...about, ...capabilities, ...more };
  return (await db().operationRun.create({ data })).id;
}

/** One whose verifying is under way, so that no worker begins another. */
async function underWay(side: Side): Promise<string> {
  const subjectId = await aBackup(side);
  const leaseUntil = new Date(Date.now() + 86_400_000);
  await aRunOf(side, "backup.verify", { subjectId, state: "running", leaseUntil });
  return subjectId;
}

/** One whose file is awaited, begun by the person's token. */
const awaited = async ({ fixture }: Side, { tokenId }: Somebody) => {
  const of = { tenantId: fixture.tenant.id, startedBy: `token:${tokenId}`, startedByLabel: "Matrix" };
  const about = { state: "unread", origin: "uploaded", withBytes: false, recipient: "", keyEncrypted: "" } as const;
  await db().backup.deleteMany({ where: { tenantId: of.tenantId, state: "unread" } });
  return (await db().backup.create({ data: { ...of, ...about } })).id;
};

const backupOf = new Map<string, string>();

/** A look that failed, of a backup. */
async function aLook(side: Side): Promise<string> {
  const subjectId = await aBackup(side);
  const over = { state: "failed", finishedAt: new Date(), error: "matrix" };
  const run = await aRunOf(side, "backup.preview", { subjectId, ...over });
  backupOf.set(run, subjectId);
  return run;
}

/** Backups and what is done with them. */
export const BACKUP_ROWS: readonly Row[] = [
  { surface: "page /t/[tenant]/backups", ...TEAM },
  { surface: "page /t/[tenant]/backups/[id]", ...TEAM, child: aBackup },
  {
    surface: "page /t/[tenant]/backups/[id]/restore/[run]",
    ...TEAM,
    child: aLook,
    path: ({ slug, childId }) => `/t/${slug}/backups/${backupOf.get(childId) ?? newId()}/restore/${childId}`,
  },
  {
    surface: "route /t/[tenant]/backups/[id]/download",
    ...TEAM,
    supportToo: true,
    capability: "backup.restore",
    child: aBackup,
  },
  {
    surface: "route /t/[tenant]/backups/[id]/key",
    ...TEAM,
    supportToo: true,
    capability: "backup.restore",
    child: aBackup,
  },
  // Without a passphrase nothing is made: whoever may is told so.
  {
    surface: `${ACTIONS}#make`,
    ...TEAM,
    capability: "backup.create",
    status: 409,
    input: () => ({ withBytes: false }),
  },
  {
    surface: `${ACTIONS}#settings`,
    ...TEAM,
    capability: "backup.delete",
    status: 409,
    input: () => ({ schedule: "off", hour: 0, weekday: 0, withBytes: false, keepLast: 1, keepDays: 1 }),
  },
  {
    surface: `${ACTIONS}#passphrase`,
    ...TEAM,
    capability: "backup.delete",
    status: 409,
    input: () => ({ passphrase: "a passphrase of the matrix", current: "none" }),
  },
  {
    surface: `${ACTIONS}#verify`,
    ...TEAM,
    capability: "backup.create",
    child: underWay,
    path: onPage,
    input: ({ childId }) => childId,
  },
  { surface: `${ACTIONS}#upload`, ...TEAM, capability: "backup.restore", path: onPage, input: () => [] },
  {
    surface: `${ACTIONS}#open`,
    ...TEAM,
    capability: "backup.restore",
    status: 409,
    child: awaited,
    path: onPage,
    input: ({ childId }) => ({ id: childId, passphrase: "another" }),
  },
  {
    surface: `${ACTIONS}#look`,
    ...TEAM,
    capability: "backup.restore",
    status: 422,
    child: aBackup,
    path: onPage,
    input: ({ childId }) => ({ wanted: { backupId: childId }, passphrase: "another" }),
  },
  {
    surface: `${ACTIONS}#restore`,
    ...TEAM,
    capability: "backup.restore",
    status: 409,
    child: aLook,
    path: onPage,
    input: ({ childId }) => ({ lookedAt: childId, passphrase: "another" }),
  },
  {
    surface: `${ACTIONS}#remove`,
    ...TEAM,
    capability: "backup.delete",
    status: 422,
    child: aBackup,
    path: onPage,
    input: ({ childId }) => ({ id: childId, confirm: "no" }),
  },
];

const RESTORE = { ...TEAM, capability: "backup.restore" } as const;
const lookOf = ({ childId }: Cell) => backupOf.get(childId) ?? newId();

/** The same by the API. */
export const BACKUP_API_ROWS: readonly Row[] = [
  { surface: "api GET /v1/backups", ...TEAM, capability: "backup.view" },
  { surface: "api POST /v1/backups", ...TEAM, capability: "backup.create", status: 409, input: () => ({}) },
  { surface: "api GET /v1/backups/<backup>", ...TEAM, capability: "backup.view", child: aBackup },
  {
    surface: "api DELETE /v1/backups/<backup>",
    ...TEAM,
    capability: "backup.delete",
    status: 422,
    child: aBackup,
    input: () => ({ confirm: "no" }),
  },
  { surface: "api POST /v1/backups/<backup>/verify", ...TEAM, capability: "backup.create", child: underWay },
  {
    surface: "api POST /v1/backups/<backup>/look",
    ...RESTORE,
    status: 422,
    child: aBackup,
    input: () => ({ passphrase: "another" }),
  },
  {
    surface: "api GET /v1/backups/<backup>/looks/<run>",
    ...TEAM,
    capability: "backup.view",
    status: 409,
    child: aLook,
    path: (cell) => `/v1/backups/${lookOf(cell)}/looks/${cell.childId}?tenant=${cell.slug}`,
  },
  {
    surface: "api POST /v1/backups/<backup>/restore",
    ...RESTORE,
    status: 409,
    child: aLook,
    path: (cell) => `/v1/backups/${lookOf(cell)}/restore?tenant=${cell.slug}`,
    input: ({ childId }) => ({ lookedAt: childId, passphrase: "another" }),
  },
  {
    surface: "api POST /v1/backup-uploads",
    ...RESTORE,
  },
  {
    // Whoever may is told that two bytes are no backup.
    surface: "api PUT /v1/backup-uploads/<upload>",
    ...RESTORE,
    status: 422,
    child: awaited,
    input: () => "",
    bytes: true,
  },
  {
    surface: "api POST /v1/backups/<backup>/open",
    ...RESTORE,
    status: 409,
    child: awaited,
    input: () => ({ passphrase: "another" }),
  },
];
