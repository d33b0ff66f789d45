/** What was asked for and what was judged, in words. */

import type { Evaluation, RegimeLabels } from '../evaluation/evaluation.ts';
import type { Extent, PartUse } from '../market/data/partUse.ts';
import { integer } from './format.ts';

/** By which label the bars of an evaluation are sorted into regimes. */
export const LABELS_IN_WORDS: Readonly<Record<RegimeLabels, string>> = {
  latent: 'by the regime that each bar was made in',
  knownBefore: 'by the label that was known before each bar',
};

/** One sentence on the judged bars, and one on the regimes; none for evaluations of older versions. */
export function describeJudgedBars({ parts, regimeLabels }: Evaluation): string[] {
  return [
    ...(parts === undefined ? [] : [`Judged: ${describeUse(parts.test)}`]),
    ...(regimeLabels === undefined ? [] : [`Regimes: ${LABELS_IN_WORDS[regimeLabels]}.`]),
  ];
}

function describeUse({ asked, used, lost }: PartUse): string {
  const isMade = asked.from === null;
  const whole = used.bars === asked.bars;
  const bars = whole
    ? `all ${integer(used.bars)} bars asked for`
    : `${integer(used.bars)} of ${integer(asked.bars)} bars`;
  const when = isMade ? '' : `, ${describeExtent(used)} UTC`;
  const wanted = isMade || whole ? '' : ` (asked for: ${describeExtent(asked)})`;
  const pieces = `in ${integer(used.stretches)} ${nounOf(isMade, used.stretches)}`;
  const means = used.stretches === 1 ? '' : ', over which returns are means';
  const why = lost.length === 0 ? '' : ` Left out: ${describeLosses(lost)}.`;
  return `${bars}${when}${wanted}, ${pieces}${means}.${why}`;
}

const nounOf = (isMade: boolean, count: number): string => {
  if (count === 1) return isMade ? 'world' : 'stretch';
  return isMade ? 'worlds' : 'stretches';
};

/** `100 bars: warm-up; the data ends 2021-12-31`. Empty where nothing is missing. */
export const describeLosses = (lost: PartUse['lost']): string =>
  lost.map(({ why, bars }) => (bars === null ? why : `${integer(bars)} bars: ${why}`)).join('; ');

/** `2021-01-01 .. 2022-01-01`, with hours where there are any; an em dash where there are no dates. */
export const describeExtent = ({ from, to }: Extent): string =>
  from === null || to === null ? '' : `${moment(from)} .. ${moment(to)}`;

const moment = (iso: string): string => {
  const minute = iso.slice(0, 16).replace('T', ' ');
  return minute.endsWith(' 00:00') ? minute.slice(0, 10) : minute;
};
