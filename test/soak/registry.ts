import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { digestOf } from "#lib/storage/index.ts";
import { IMAGE } from "#lib/testing/index.ts";

export interface Answer {
  status: number;
  body: Buffer;
  location: string;
}

/** A client of one repository that goes on when a worker dies under it, as real ones do. */
export class Registry {
  readonly name: string;
  readonly #url: string;
  readonly #authorization: string;
  /** What no client should ever be told. */
  readonly #onFault: (what: string) => void;

  constructor(at: { url: string; name: string; token: string; onFault: (what: string) => void }) {
    this.name = at.name;
    this.#url = at.url;
    this.#authorization = `Bearer ${at.token}`;
    this.#onFault = at.onFault;
  }

  /** Sends a request until somebody answers it. `path` is under the repository, or absolute as Location gives it. */
  async send(method: string, path: string, sent: { body?: Buffer; type?: string } = {}): Promise<Answer> {
    const url = path.startsWith("/") ? this.#url + path : `${this.#url}/v2/${this.name}/${path}`;
    const headers: Record<string, string> = { authorization: this.#authorization };
    if (sent.type) headers["content-type"] = sent.type;
    for (let tries = 0; ; tries++) {
      const answer = await fetch(url, { method, headers, body: sent.body as BodyInit | undefined })
        .then(async (response) => ({
          status: response.status,
          body: Buffer.from(await response.arrayBuffer()),
          location: response.headers.get("location") ?? "",
        }))
        .catch(() => null);
      if (answer && answer.status >= 500 && answer.status !== 503) {
        this.#onFault(`${method} ${url} answered ${answer.status}: ${answer.body.toString().slice(0, 300)}`);
      }
      if (answer && answer.status !== 503) return answer;
      if (tries > 1000) throw new Error(`nobody answers ${method} ${url}`);
      await sleep(50);
    }
  }

  /** Makes a blob one of the repository: asks for it first, sends it whole or in chunks. @returns whether it is there */
  async pushBlob(bytes: Buffer): Promise<boolean> {
    const digest = digestOf(bytes);
    if ((await this.send("HEAD", `blobs/${digest}`)).status === 200) return true;
    if (randomInt(3) > 0) {
      return (await this.send("POST", `blobs/uploads/?digest=${digest}`, { body: bytes })).status === 201;
    }
    const { location, status } = await this.send("POST", "blobs/uploads/");
    if (status !== 202) return false;
    const half = Math.floor(bytes.length / 2);
    const patched = await this.send("PATCH", location, { body: bytes.subarray(0, half) });
    // A worker died in the middle, or the answer of one that did was lost: begun anew.
    if (patched.status !== 202) return false;
    const closed = await this.send("PUT", `${patched.location}?digest=${digest}`, { body: bytes.subarray(half) });
    return closed.status === 201;
  }

  putManifest(reference: string, manifest: Buffer): Promise<Answer> {
    return this.send("PUT", `manifests/${reference}`, { body: manifest, type: IMAGE });
  }
}
