/** Chunks of bytes as lines; a line that spans two chunks is put together. */

const NEWLINE = 10;
const RETURN = 13;

/** Takes `bytes[from, to)`, a line without its end; `line` counts from 1. */
type TakeLine = (bytes: Uint8Array, from: number, to: number, line: number) => void;

/** Hands on every line that is not empty. */
export class LineCutter {
  readonly #take: TakeLine;
  #rest: Uint8Array = new Uint8Array(0);
  #line = 0;

  constructor(take: TakeLine) {
    this.#take = take;
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      this.#cut(bytes, from, to);
      from = to + 1;
    }
    this.#rest = bytes.subarray(from);
  }

  /** The last line may have no end. */
  finish(): void {
    this.#cut(this.#rest, 0, this.#rest.length);
  }

  #cut(bytes: Uint8Array, from: number, to: number): void {
    this.#line++;
    const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to;
    if (end > from) this.#take(bytes, from, end, this.#line);
  }
}
