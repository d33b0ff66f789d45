import { BAR_COLUMNS, type Bars } from '../market/data/bars.ts';

/** Bytes of the bars themselves: 48 a bar. */
export const barsBytes = (bars: Bars): number => BAR_COLUMNS.reduce((sum, column) => sum + bars[column].byteLength, 0);
