import { ScimError } from "./error.ts";

export type Comparison = "eq" | "ne" | "co" | "sw" | "ew" | "gt" | "ge" | "lt" | "le";
export type Literal = string | number | boolean | null;

/** A filter (RFC 7644, section 3.4.2.2): attributes in lower case, without the schema's name. */
export type Filter =
  | { op: "and" | "or"; left: Filter; right: Filter }
  | { op: "not"; of: Filter }
  | { op: "pr"; path: string }
  | { op: Comparison; path: string; value: Literal };

const COMPARISONS = new Set(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]);
const LENGTH_MAX = 2000;
const DEPTH_MAX = 10;
// A quoted string (JSON's), a bracket, or a word: an attribute path, an operator, a number, true, false, null.
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|([()[\]])|([^\s()[\]"]+))/y;

interface Token {
  text: string;
  quoted: boolean;
}

/** @throws ScimError invalidFilter for what is no filter, is longer than 2,000 characters or nests too deeply */
export function parseFilter(text: string): Filter {
  if (text.length > LENGTH_MAX) throw refused(`it has more than ${LENGTH_MAX} characters`);
  const parser = new Parser(tokensOf(text));
  const filter = parser.any(0, "");
  parser.end();
  return filter;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const { length } = text.trimEnd();
  for (let at = 0; at < length; ) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw refused("a quotation mark has no end");
    tokens.push({ text: found[1] ?? found[2] ?? found[3] ?? "", quoted: found[1] !== undefined });
    at = TOKEN.lastIndex;
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** `or` binds the loosest. `prefix` is the attribute whose values a bracket filters. */
  any(depth: number, prefix: string): Filter {
    if (depth > DEPTH_MAX) throw refused("it nests too deeply");
    let left = this.#all(depth, prefix);
    while (this.#take("or")) left = { op: "or", left, right: this.#all(depth, prefix) };
    return left;
  }

  end(): void {
    const left = this.#tokens[this.#at];
    if (left) throw refused(`${left.text.slice(0, 50)} is more than it expects`);
  }

  #all(depth: number, prefix: string): Filter {
    let left = this.#one(depth, prefix);
    while (this.#take("and")) left = { op: "and", left, right: this.#one(depth, prefix) };
    return left;
  }

  #one(depth: number, prefix: string): Filter {
    if (this.#take("not")) return { op: "not", of: this.#group(depth, prefix) };
    if (this.#next() === "(") return this.#group(depth, prefix);
    const name = this.#word("an attribute").toLowerCase();
    const path = prefix + name.replace(/^urn:.*:(?=[^:]+$)/, "");
    return this.#take("[") ? this.#within(depth, path) : this.#compared(path);
  }

  #compared(path: string): Filter {
    const op = this.#word("an operator").toLowerCase();
    if (op === "pr") return { op, path };
    if (!COMPARISONS.has(op)) throw refused(`${op.slice(0, 50)} is no operator`);
    return { op: op as Comparison, path, value: this.#literal() };
  }

  #group(depth: number, prefix: string): Filter {
    this.#expect("(");
    const inner = this.any(depth + 1, prefix);
    this.#expect(")");
    return inner;
  }

  /** `emails[type eq "work"]`, and Entra's `emails[type eq "work"].value eq "…"`. */
  #within(depth: number, path: string): Filter {
    const left = this.any(depth + 1, `${path}.`);
    this.#expect("]");
    const next = this.#next();
    if (!next?.startsWith(".")) return left;
    this.#at++;
    return { op: "and", left, right: this.#compared(path + next.toLowerCase()) };
  }

  #literal(): Literal {
    const token = this.#tokens[this.#at++];
    if (!token) throw refused("a value is missing at its end");
    try {
      const value: unknown = JSON.parse(token.quoted ? token.text : token.text.toLowerCase());
      if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value as Literal;
    } catch {
      // Said below.
    }
    throw refused(`${token.text.slice(0, 50)} is no value; text goes into quotation marks`);
  }

  #next(): string | undefined {
    const token = this.#tokens[this.#at];
    return token?.quoted ? undefined : token?.text;
  }

  #word(what: string): string {
    const text = this.#next();
    if (!text || /^[()[\]]$/.test(text)) throw refused(`${what} is missing`);
    this.#at++;
    return text;
  }

  #take(text: string): boolean {
    if (this.#next()?.toLowerCase() !== text) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw refused(`${text} is missing`);
  }
}

function refused(why: string): ScimError {
  return new ScimError(400, "invalidFilter", `The filter can't be read: ${why}.`);
}
