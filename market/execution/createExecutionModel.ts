/** The execution model over a measured table: flat columns of quantiles, looked up and interpolated. */

import { InputError } from '../../core/errors.ts';
import { YEAR_MS } from '../../core/units.ts';
import { SESSIONS } from '../sessions.ts';
import { stateCosts } from './costStatement.ts';
import type { ExecutionConfig } from './executionConfig.ts';
import { COST_MODES, type ExecutionModel, type ImpactLaw } from './executionModel.ts';
import { findInstrument } from './loadExecutionTable.ts';
import { fillKnots, KNOTS, knotPosition } from './quantileKnots.ts';
import { SlippageSurface } from './slippageSurface.ts';
import type { ExecutionTable, InstrumentEntry } from './table.ts';

interface ExecutionModelOptions {
  readonly table: ExecutionTable;
  /** The traded instrument; `config.instrument` names another entry of the table to pay the costs of. */
  readonly instrument: string;
  readonly timeframeMs: number;
  readonly config: ExecutionConfig;
}

const SAMPLE = COST_MODES.indexOf('sample');
const NONE = COST_MODES.indexOf('none');
/** The quantile that each mode is fixed at; `sample` and `none` never look. */
const FIXED_QUANTILE = Float64Array.from(COST_MODES, (mode) => ({ sample: 0, p50: 0.5, p90: 0.9, none: 0 })[mode]);

/**
 * Makes the costs of one instrument ready for the fill loop, those of each venue where there are several.
 *
 * @throws InputError for an instrument that the table does not know, or one without measured slippage or impact where the
 *   config asks for them
 */
export function createExecutionModel(options: ExecutionModelOptions): ExecutionModel {
  const { config } = options;
  const venues = config.venues.map(({ name, ...costs }) => ({
    name,
    costs: costsOfOne({ ...options, config: { ...config, ...costs } }),
  }));
  const statements = venues.flatMap(({ costs }) => costs.statements ?? []);
  return venues.length === 0 ? costsOfOne(options) : { ...venues[0].costs, venues, statements };
}

function costsOfOne({ table, instrument, timeframeMs, config }: ExecutionModelOptions): ExecutionModel {
  const name = config.instrument ?? instrument;
  const entry = findInstrument(table, name);
  const sessions = SESSIONS.map((session) => entry.sessions[session]);
  const spreads = new Float64Array(SESSIONS.length * KNOTS);
  sessions.forEach((costs, session) => fillKnots(spreads, session * KNOTS, costs.halfSpreadBps));
  const slippage = makeSurface(
    sessions.map((costs) => costs.slippageBps),
    { name, created: table.created, config },
  );
  const latencies = new Float64Array(KNOTS).fill(config.assumedLatencyMs ?? 0);
  if (entry.latencyMs !== null) fillKnots(latencies, 0, entry.latencyMs);
  const ratios = entry.fillRatio === null ? null : Float64Array.from(entry.fillRatio.quantiles);
  const impact = impactOf(entry, name, config);

  return {
    halfSpreadBps(session, mode, u) {
      return mode === NONE ? 0 : interpolate(spreads, session * KNOTS, mode === SAMPLE ? u : FIXED_QUANTILE[mode]);
    },
    slippageBps(session, mode, notional, u) {
      if (mode === NONE || slippage === null) return 0;
      return slippage.at(session, notional, mode === SAMPLE ? u : FIXED_QUANTILE[mode]);
    },
    latencyMs(mode, u) {
      return mode === NONE ? 0 : interpolate(latencies, 0, mode === SAMPLE ? u : FIXED_QUANTILE[mode]);
    },
    latencyBudgetMs: config.latencyBudgetMs,
    takerFeeBps: config.takerFeeBps,
    makerFeeBps: config.makerFeeBps,
    borrowRatePerBar: (config.borrowRatePerYear * timeframeMs) / YEAR_MS,
    cashRatePerBar: (config.cashRatePerYear * timeframeMs) / YEAR_MS,
    ...(ratios !== null && {
      fillRatio: (mode, u) => (mode === NONE ? 1 : shareAt(ratios, mode === SAMPLE ? u : FIXED_QUANTILE[mode])),
    }),
    ...(impact !== null && { impact }),
    statements: [stateCosts({ table, instrument, config })],
  };
}

function interpolate(knots: Float64Array, offset: number, u: number): number {
  const position = knotPosition(u);
  const below = position | 0;
  const at = offset + below;
  return knots[at] + (position - below) * (knots[at + 1] - knots[at]);
}

/** Quantiles as they stand: a share has no tail that costs could hide in. */
function shareAt(quantiles: Float64Array, u: number): number {
  const position = u * (quantiles.length - 1);
  const below = Math.min(position | 0, quantiles.length - 2);
  return quantiles[below] + (position - below) * (quantiles[below + 1] - quantiles[below]);
}

function impactOf({ impact }: InstrumentEntry, name: string, config: ExecutionConfig): ImpactLaw | null {
  if (config.impact === null) return null;
  const coefficient = config.impact.coefficient ?? impact?.coefficient;
  if (coefficient === undefined) {
    throw new InputError({
      what: `market impact of ${name} was never measured`,
      where: 'execution.impact.coefficient',
      rule: 'a number, where the cost table has none',
      hint: 'give trades to `regimen calibrate`, or name a coefficient; about 1 is usual',
    });
  }
  return {
    coefficient,
    spanBars: config.impact.spanBars,
    measuredUnit: impact === null ? NaN : impact.volatilityBps / Math.sqrt(impact.volumeNotional),
  };
}

type Ladders = ConstructorParameters<typeof SlippageSurface>[0];

function makeSurface(
  ladders: readonly (Ladders[number] | null)[],
  { name, created, config }: { name: string; created: string; config: ExecutionConfig },
): SlippageSurface | null {
  const measured = ladders.filter((ladder) => ladder !== null);
  if (measured.length === ladders.length) return new SlippageSurface(measured);
  if (config.unmeasuredSlippage === 'zero') return null;
  throw new InputError({
    what: `slippage of ${name} was never measured: no order books`,
    where: `cost table of ${created}`,
    hint: "give books to `regimen calibrate`, or accept fills at the quoted spread with unmeasuredSlippage: 'zero'",
  });
}
