/** Axes that all charts share: thin rules, muted labels, no ticks. */

import { DAY_MS } from '../../core/units.ts';
import type { LegendEntry, Margins } from '../chart.ts';
import { chartColor } from '../theme.ts';

type Format = (value: number) => string;

export const axisLabel = (formatter?: Format) => ({
  color: chartColor('muted'),
  fontSize: 12,
  hideOverlap: true,
  ...(formatter !== undefined && { formatter }),
});

const line = { lineStyle: { color: chartColor('rule') } };

export const valueAxis = (formatter: Format, extra: object = {}) => ({
  type: 'value',
  scale: true,
  splitNumber: 4,
  axisLine: { show: false },
  axisTick: { show: false },
  axisLabel: axisLabel(formatter),
  splitLine: line,
  ...extra,
});

/** @param span first and last value, so that pixels and values are linear in each other */
export const timeAxis = (span: readonly [number, number], extra: object = {}) => ({
  type: 'time',
  min: span[0],
  max: span[1],
  splitNumber: 6,
  axisLine: { ...line, onZero: false },
  axisTick: { show: false },
  axisLabel: axisLabel((timeMs) => momentLabel(timeMs, span[1] - span[0])),
  splitLine: { show: false },
  ...extra,
});

/** As fine as the span needs: minutes within a few days, days within a year, months beyond. */
function momentLabel(timeMs: number, spanMs: number): string {
  const date = new Date(timeMs);
  const month = MONTHS[date.getUTCMonth()];
  if (spanMs > 400 * DAY_MS) return `${month} ${date.getUTCFullYear()}`;
  if (spanMs > 4 * DAY_MS) return `${date.getUTCDate()} ${month}`;
  return date.toISOString().slice(11, 16);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

export const numberAxis = (span: readonly [number, number], formatter: Format) => ({
  type: 'value',
  min: span[0],
  max: span[1],
  splitNumber: 4,
  axisLine: { ...line, onZero: false },
  axisTick: { show: false },
  axisLabel: { ...axisLabel(formatter), showMaxLabel: false },
  splitLine: { show: false },
});

export const categoryAxis = (names: readonly string[], extra: object = {}) => ({
  type: 'category',
  data: [...names],
  axisLine: { ...line, onZero: false },
  axisTick: { show: false },
  axisLabel: { ...axisLabel(), hideOverlap: false, interval: 0 },
  ...extra,
});

export const gridOf = (margins: Margins) => ({ ...margins, containLabel: false });

/** A thin line without points. */
export const thinLine = (legend: Pick<LegendEntry, 'name' | 'color' | 'mark'>, width = 1.75) => ({
  type: 'line',
  name: legend.name,
  showSymbol: false,
  silent: true,
  lineStyle: {
    color: chartColor(legend.color),
    width,
    type: legend.mark === 'dashed' ? [6, 4] : legend.mark === 'dotted' ? [2, 3] : 'solid',
  },
  itemStyle: { color: chartColor(legend.color) },
});

/** Smallest and largest over all lists; [0, 1] where there is nothing. */
export function spanOf(lists: readonly (readonly number[])[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists) {
    for (const value of list) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return [0, 1];
  return low === high ? [low, low + 1] : [low, high];
}

/** The value that stands at each asked moment: that of the last point at or before it. */
export function readAt(asked: readonly number[], x: readonly number[], values: readonly number[]): (number | null)[] {
  let at = -1;
  return asked.map((moment) => {
    while (at + 1 < x.length && x[at + 1] <= moment) at++;
    return at < 0 ? null : values[at];
  });
}
