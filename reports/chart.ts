/** A chart as data: what is drawn, at which sizes, what a screen reader says, what the cursor reads. */

import type { EChartsCoreOption } from 'echarts/core';
import type { ColorName } from './theme.ts';

/** Where the plot area lies inside a drawing, pixels from each side. */
export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface ChartSize {
  /** A drawing is shown on screens that its layout suits: `wide` and `narrow` replace each other. */
  readonly layout: 'any' | 'wide' | 'narrow';
  readonly width: number;
  readonly height: number;
}

/** One line of the legend, which reads the values under the cursor. */
export interface LegendEntry {
  readonly name: string;
  readonly color: ColorName;
  readonly mark: 'line' | 'dashed' | 'dotted' | 'block' | 'none';
  /** Shown beside the name while the cursor is elsewhere. */
  readonly value: string | null;
  /** One text per point of {@link Chart.cursor}; null where there is nothing to read. */
  readonly readings: readonly string[] | null;
}

/** Points that the cursor snaps to: positions along the plot in [0, 1], ascending, each with a label. */
export interface CursorPoints {
  readonly at: readonly number[];
  readonly labels: readonly string[];
}

export interface Chart {
  /** Unique in its page: letters, digits, hyphens. */
  readonly id: string;
  readonly title: string;
  /** What is drawn, in one sentence with units. */
  readonly caption: string;
  /** What the picture shows, for those who do not see it. */
  readonly description: string;
  readonly sizes: readonly ChartSize[];
  readonly margins: Margins;
  readonly legend: readonly LegendEntry[];
  readonly cursor: CursorPoints | null;
  readonly option: (size: ChartSize) => EChartsCoreOption;
}

export const FULL_WIDTH: readonly ChartSize[] = [
  { layout: 'wide', width: 1160, height: 360 },
  { layout: 'narrow', width: 660, height: 320 },
];
export const HALF_WIDTH: readonly ChartSize[] = [{ layout: 'any', width: 570, height: 290 }];
export const THIRD_WIDTH: readonly ChartSize[] = [{ layout: 'any', width: 370, height: 210 }];

export const MARGINS: Margins = { left: 58, right: 14, top: 14, bottom: 30 };
