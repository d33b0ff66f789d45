/** Where the rows of a text file go, whatever notation the file has. */

/** ASCII unit separator: what joins cells that were taken apart by a reader of their notation. */
export const UNIT_SEPARATOR = 31;

/** Takes the rows of one file, in order. */
export interface RowSink {
  /** Cells are `bytes[from, to)` between delimiters; `line` is the row's line in the file, from 1. */
  row(bytes: Uint8Array, from: number, to: number, line: number): void;
  /** A line that is no row at all: refused or counted. */
  skip(what: string, text: string, line: number): void;
}

/** The names of a file's columns. */
export interface RowHead {
  readonly header: readonly string[];
  /** The first line as it stands. */
  readonly text: string;
  /** Byte between two cells of the rows to come. */
  readonly delimiter: number;
}

/** Makes the sink once the header is known. Called again, for a new start, where a file turns out to have quotes. */
export type MakeSink<S extends RowSink> = (head: RowHead) => S;
