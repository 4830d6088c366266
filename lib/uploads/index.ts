/**
 * Bytes on their way in, whatever they become: one writer at a time, resumable, and rows that are written in the transaction
 * in which the upload's own row goes (threats.md, "Write protocol"); and how much of them a tenant may keep.
 * Hidden: leases, what a failed commit leaves, how what a tenant holds is counted.
 */
export { type Committed, cancelUnder, commitUnder } from "./commit.ts";
export {
  type Holdings,
  holdingsOf,
  refuseBeyondQuota,
  refuseManyUploads,
  refuseWhatWillNotFit,
  wayOutOfQuota,
} from "./quota.ts";
export { readUploadTicket, type TicketHolder, ticketFor } from "./ticket.ts";
export { type Lease, type UploadRow, withLease } from "./with-lease.ts";
