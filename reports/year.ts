/** What annualized figures are annualized by, in words. */

import type { Evaluation } from '../evaluation/evaluation.ts';
import type { BarCalendar } from '../market/calendar/barCalendar.ts';
import { decimal, integer } from './format.ts';

/** `fx, 6,227 bars a year: Sunday 22:00 to Friday 22:00 UTC, but for Christmas and New Year`. */
export const describeCalendar = ({ name, barsPerYear, description }: BarCalendar): string =>
  `${name}, ${inWords(barsPerYear)}: ${description}`;

/** The sentence beside the figures of an evaluation. */
export const describeYear = ({ barsPerYear, calendar }: Evaluation): string =>
  calendar === undefined
    ? `Annualized by ${inWords(barsPerYear)}.`
    : `Annualized by ${inWords(barsPerYear)} (calendar ${calendar.name}: ${calendar.description}).`;

const inWords = (bars: number): string => `${bars < 100 ? decimal(bars, 1) : integer(bars)} bars a year`;
