/** The costs of several instruments in one model, for envs whose paths are of different ones. */

import { InputError } from '../../core/errors.ts';
import { SESSIONS } from '../sessions.ts';
import type { ExecutionModel } from './executionModel.ts';

/** The session of a bar of the instrument with this index, as {@link combineExecution} understands it. */
export const sessionOf = (instrument: number, session: number): number => instrument * SESSIONS.length + session;

/**
 * Half-spread and slippage are those of the instrument that a session names. An order does not know its session when it
 * learns its latency and how much of it fills: both are those of the worst of the instruments at the same quantile.
 *
 * @param models one an instrument, of the same fees and rates
 * @throws InputError for venues and market impact, which belong to one instrument
 */
export function combineExecution(models: readonly ExecutionModel[]): ExecutionModel {
  const [first] = models;
  if (models.length === 1) return first;
  const single = models.some(({ venues = [], impact }) => venues.length > 0 || impact !== undefined);
  if (single) {
    throw new InputError({
      what: 'venues and market impact are of one instrument',
      where: 'execution',
      rule: 'neither where there are market.instruments',
    });
  }
  const count = SESSIONS.length;
  const statements = models.flatMap((model) => model.statements ?? []);
  const ratios = models.flatMap(({ fillRatio }) => (fillRatio === undefined ? [] : [fillRatio]));
  return {
    ...first,
    ...(statements.length > 0 && { statements }),
    halfSpreadBps: (session, mode, u) => models[Math.floor(session / count)].halfSpreadBps(session % count, mode, u),
    slippageBps: (session, mode, notional, u) =>
      models[Math.floor(session / count)].slippageBps(session % count, mode, notional, u),
    latencyMs: (mode, u) => models.reduce((worst, model) => Math.max(worst, model.latencyMs(mode, u)), 0),
    ...(ratios.length > 0 && {
      fillRatio: (mode: number, u: number) => ratios.reduce((least, ratio) => Math.min(least, ratio(mode, u)), 1),
    }),
  };
}
