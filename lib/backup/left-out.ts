const LETTERS = "a restore sends no letters again";
const ELSEWHERE = "it is the instance's and no tenant's";
const PERSONAL = "it is a person's own, whatever tenants they belong to";
const SECRET = "its secret opens this one workspace and is not given to a second";
const DONE = "what was done is in the audit log";
const DIRECTORY = "the directory tells it again, once it has a new secret";
const UPSTREAM =
  "what it mirrors is in the backup; its password is sealed with the instance's key: it is entered again";
const PROVIDERS = "it is found anew by the next check";
const STRIPE = "Stripe is asked again";

/** Every other table of the schema, with why none of its rows is in a tenant's backup. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  accounts: PERSONAL,
  verification_tokens: PERSONAL,
  sessions: PERSONAL,
  recovery_codes: PERSONAL,
  passkeys: PERSONAL,
  refresh_tokens: PERSONAL,
  access_tokens: SECRET,
  invitations: SECRET,
  support_entries: ELSEWHERE,
  cleanup_runs: ELSEWHERE,
  cleanup_shares: ELSEWHERE,
  rate_limits: ELSEWHERE,
  tenant_storage: "it is counted anew as rows come back, and limits are the instance's",
  blobs: "they are listed in the manifest, with their bytes where these are asked for",
  stripe_connections: "its keys are sealed with the instance's key: they are entered again",
  stripe_events: STRIPE,
  stripe_strangers: STRIPE,
  stripe_rereads: STRIPE,
  directories: DIRECTORY,
  directory_secrets: SECRET,
  directory_users: DIRECTORY,
  directory_group_members: DIRECTORY,
  directory_suspensions: DIRECTORY,
  directory_requests: DIRECTORY,
  upstream_registries: UPSTREAM,
  upstream_repositories: UPSTREAM,
  upstream_tags: UPSTREAM,
  provider_states: PROVIDERS,
  compliance_snapshots: "what is signed is signed for one workspace on one instance: export it",
  bulk_changes: DONE,
  bulk_items: DONE,
  uploads: "what was on its way is begun again",
  announcement_letters: LETTERS,
  recall_letters: LETTERS,
  pull_events: "one row a pull may be many millions; their sums are kept",
  download_events: "one row a download may be many millions; their sums are kept",
  idempotency_keys: "an answer is said again for a day",
  backups: "a backup knows of no other",
  backup_settings: "keys and schedules belong to the workspace in which they were set",
  operation_runs: DONE,
  operation_run_lines: DONE,
};
