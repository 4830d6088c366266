import type { Upload } from "tus-js-client";
import { keepInterrupted, readInterrupted } from "./interrupted.ts";
import { type AskTicket, uploadOf } from "./upload-one.ts";

/** `interrupted`: begun before the page was loaded; the browser needs the file again. */
type State = "waiting" | "sending" | "paused" | "failed" | "interrupted" | "done";

export interface UploadItem {
  name: string;
  size: number;
  /** The file's own time: another one is another file, whose bytes must not go on after this one's. */
  modified: number;
  sent: number;
  uploadId?: string;
  state: State;
  problem: string;
}

interface Options {
  releaseId: string;
  onTicket: AskTicket;
  /** Each time that a file is there. */
  onDone: () => void;
}

const AT_ONCE = 2;

/**
 * The files that a page sends to a release: two at a time. Each can be paused and goes on after a break; a reload remembers
 * which were under way.
 */
export class UploadQueue {
  #items: readonly UploadItem[];
  #files = new Map<string, File>();
  #uploads = new Map<string, Upload>();
  /** Who starts a file: whoever was paused, cancelled or chosen anew while a ticket was asked for starts it no more. */
  #starts = new Map<string, object>();
  #listeners = new Set<() => void>();
  #options: Options;

  constructor(options: Options) {
    this.#options = options;
    const before = readInterrupted(options.releaseId);
    this.#items = before.map((one) => ({ ...one, sent: 0, state: "interrupted", problem: "" }));
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  snapshot = () => this.#items;

  add(chosen: readonly File[]): void {
    const before = (file: File) => this.#items.find((item) => isOf(item, file));
    const fresh = chosen.map((file) => {
      const { name, size, lastModified: modified } = file;
      const uploadId = before(file)?.uploadId;
      return { name, size, modified, sent: 0, uploadId, state: "waiting", problem: "" } as const;
    });
    for (const file of chosen) {
      // Of the same file the server keeps what arrived.
      void this.#end(file.name, { throwAway: !before(file) && !this.#isDone(file.name) });
      this.#files.set(file.name, file);
    }
    const kept = this.#items.filter(({ name }) => !chosen.some((file) => file.name === name));
    this.#set([...kept, ...fresh]);
  }

  async pause(name: string): Promise<void> {
    this.#starts.delete(name);
    await this.#uploads.get(name)?.abort();
    this.#change(name, { state: "paused" });
  }

  resume(name: string): void {
    this.#change(name, { state: "waiting", problem: "" });
  }

  /** Takes it from the list; what has arrived of one that is not there yet is thrown away. */
  async drop(name: string): Promise<void> {
    const ended = this.#end(name, { throwAway: !this.#isDone(name) });
    this.#files.delete(name);
    this.#set(this.#items.filter((item) => item.name !== name));
    await ended;
  }

  #isDone(name: string): boolean {
    return this.#items.some((item) => item.name === name && item.state === "done");
  }

  async #end(name: string, { throwAway }: { throwAway: boolean }): Promise<void> {
    const upload = this.#uploads.get(name);
    this.#uploads.delete(name);
    this.#starts.delete(name);
    // What can't be thrown away now expires by itself.
    await upload?.abort(throwAway).catch(() => undefined);
  }

  #change(name: string, news: Partial<UploadItem>): void {
    this.#set(this.#items.map((item) => (item.name === name ? { ...item, ...news } : item)));
  }

  #set(items: readonly UploadItem[]): void {
    this.#items = items;
    keepInterrupted(
      this.#options.releaseId,
      items.filter(({ state }) => state !== "done"),
    );
    for (const listener of this.#listeners) listener();
    const sending = items.filter(({ state }) => state === "sending").length;
    const next = sending < AT_ONCE ? items.find(({ state }) => state === "waiting") : undefined;
    if (next) void this.#start(next.name);
  }

  async #start(name: string): Promise<void> {
    const start = {};
    this.#starts.set(name, start);
    const isMeant = () => this.#starts.get(name) === start;
    // What starts the next one, too, where there is room.
    this.#change(name, { state: "sending" });
    try {
      const upload = this.#uploads.get(name) ?? (await this.#begin(name));
      if (!isMeant()) return;
      this.#uploads.set(name, upload);
      upload.start();
    } catch (error) {
      const problem = error instanceof Error ? error.message : "It could not be begun.";
      if (isMeant()) this.#change(name, { state: "failed", problem });
    }
  }

  async #begin(name: string): Promise<Upload> {
    const file = this.#files.get(name);
    if (!file) throw new Error("Choose the file again.");
    return uploadOf(file, {
      uploadId: this.#items.find((item) => item.name === name)?.uploadId,
      onBegun: (uploadId) => this.#change(name, { uploadId }),
      onTicket: this.#options.onTicket,
      onProgress: (sent) => this.#change(name, { sent }),
      onDone: () => {
        this.#change(name, { state: "done", sent: file.size });
        this.#options.onDone();
      },
      onFailed: (problem) => this.#change(name, { state: "failed", problem }),
    });
  }
}

const isOf = ({ name, size, modified }: UploadItem, file: File) =>
  name === file.name && size === file.size && modified === file.lastModified;
