/**
 * Backups of a tenant and of the instance: what is in them, how they are made, kept, read back and restored.
 * A backup is one encrypted file that the standard tools `age` and `tar` open (docs/backup.md, docs/adr/0020).
 * Hidden: the file's shape, where files are kept, how rows of another moment are laid beside those of today.
 */
export { tidyBackups } from "./due-backups.ts";
export { backUpInstance, restoreInstance } from "./instance-backup.ts";
export { openKey as unlockKey } from "./key.ts";
export {
  BackupFilter,
  type BackupRow,
  checkBackup,
  DeleteBackup,
  type Download,
  deleteBackup,
  listBackups,
  openDownload,
  readKey,
  viewBackup,
} from "./list-backups.ts";
export { type Contents, makeBackup } from "./make-backup.ts";
export { OpenUpload, openUpload } from "./open-upload.ts";
export { type RestoreReport, type Restoring, restore } from "./restore.ts";
export { PARTS, RESTORE_FIELDS, type RestorePart, RestoreWanted } from "./restore-input.ts";
export {
  BACKUP_RUNS,
  lookAtRestore,
  reportOf,
  StartBackup,
  startBackup,
  startDueBackups,
  startRestore,
  startVerify,
} from "./runs.ts";
export {
  SCHEDULES,
  SetPassphrase,
  type SettingsView,
  setPassphrase,
  UpdateBackupSettings,
  updateBackupSettings,
  viewBackupSettings,
} from "./settings.ts";
export { beginUpload, beginUploadByTicket, receiveUpload } from "./upload-backup.ts";
