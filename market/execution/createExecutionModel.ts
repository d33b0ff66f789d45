/** The execution model over a measured table: flat columns of quantiles, looked up and interpolated. */

import { InputError } from '../../core/errors.ts';
import { YEAR_MS } from '../../core/units.ts';
import { SESSIONS } from '../sessions.ts';
import type { ExecutionConfig } from './executionConfig.ts';
import { COST_MODES, type ExecutionModel } from './executionModel.ts';
import { findInstrument } from './loadExecutionTable.ts';
import { fillKnots, KNOTS, knotPosition } from './quantileKnots.ts';
import { SlippageSurface } from './slippageSurface.ts';
import type { ExecutionTable } from './table.ts';

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
 * Makes the costs of one instrument ready for the fill loop.
 *
 * @throws InputError for an instrument that the table does not know, or one without measured slippage where the config refuses that
 */
export function createExecutionModel({
  table,
  instrument,
  timeframeMs,
  config,
}: ExecutionModelOptions): ExecutionModel {
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
    borrowRatePerBar: (config.borrowRatePerYear * timeframeMs) / YEAR_MS,
    cashRatePerBar: (config.cashRatePerYear * timeframeMs) / YEAR_MS,
  };
}

function interpolate(knots: Float64Array, offset: number, u: number): number {
  const position = knotPosition(u);
  const below = position | 0;
  const at = offset + below;
  return knots[at] + (position - below) * (knots[at + 1] - knots[at]);
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
