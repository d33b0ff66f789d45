/** What makes two data sets the same: their bars, not the file they came in. */

import { digest } from '../../core/hash.ts';
import { BAR_COLUMNS, type Bars } from './bars.ts';

/** SHA-256 in hex of all columns. */
export const hashBars = (bars: Bars): string => digest(...BAR_COLUMNS.map((column) => bars[column]));
