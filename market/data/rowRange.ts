/** A half-open stretch of rows, `[from, to)`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}
