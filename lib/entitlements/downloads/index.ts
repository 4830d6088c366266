/**
 * The files of releases as members and their programs get them: lists, the newest of a channel, updates, signed links.
 * Of each the decision of a pull of its product, on every request.
 * Hidden: how versions and platforms are matched, how a link is signed, how downloads are counted.
 */
export type { Recalled, ReleaseFile, ReleaseWithFiles } from "./files.ts";
export { CreateLink, createLink, deadLink, type Link, openLink } from "./link.ts";
export { DownloadFilter, listDownloads, listProductDownloads, ProductDownloadFilter } from "./list-downloads.ts";
export { FeedAsked, findLatestFile, findUpdate, LatestAsked, listFeed, type Update, UpdateAsked } from "./newest.ts";
export { addDownload, flushDownloads, noteDownload } from "./note-download.ts";
export type { FilePage } from "./page-files.ts";
export type { Asker } from "./product-named.ts";
export { type ReadableFile, readFile } from "./read-file.ts";
export { spansOf, VersionRange } from "./version-range.ts";
