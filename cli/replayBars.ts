/** Bars to replay or probe in place of a run's own, with the companions that its features look at. */

import { InputError } from '../core/errors.ts';
import type { Market } from '../experiments/market.ts';
import type { RunConfig } from '../experiments/runConfig.ts';
import { attachCompanions, type CompanionSeries } from '../market/data/attachCompanions.ts';
import type { Bars } from '../market/data/bars.ts';
import { readBarFile } from '../market/data/importBars.ts';
import { inputsOf } from '../market/features/companionInput.ts';
import { makeFeatureSet } from '../market/features/featureSet.ts';
import { type Arguments, stringList } from './command.ts';

export const COMPANION_OPTION = {
  type: 'string',
  array: true,
  requiresArg: true,
  nargs: 1,
  describe: "with --bars, the file of a companion's bars, NAME=FILE; may be repeated",
} as const;

/**
 * Reads a file in place of the run's bars.
 *
 * @throws InputError for another timeframe, a companion without a file, and what features need and the files lack
 */
export async function readReplayBars(
  file: string,
  args: Arguments,
  { config, market }: { readonly config: RunConfig; readonly market: Market },
): Promise<Bars> {
  const { timeframeMs, bars: own } = market.worlds;
  const { bars } = await readBarFile(file, { timeframeMs });
  const files = companionFiles(args);
  const series: CompanionSeries[] = [];
  for (const companion of inputsOf(own).companions) {
    const path = files.get(companion.name);
    files.delete(companion.name);
    if (path === undefined) {
      const hint = `--companion ${companion.name}=FILE`;
      throw new InputError({ what: `no bars of the companion ${companion.name}`, where: '--bars', value: file, hint });
    }
    const read = await readBarFile(path);
    if (read.timeframeMs !== companion.timeframeMs) {
      const rule = `${companion.timeframeMs / 60_000} min, as in the run`;
      throw new InputError({ what: `bars of ${read.timeframeMs / 60_000} min`, where: path, rule });
    }
    series.push({ name: companion.name, timeframeMs: read.timeframeMs, bars: read.bars });
  }
  const [unknown] = files.keys();
  if (unknown !== undefined) {
    throw new InputError({ what: 'no companion of the run', where: '--companion', value: unknown });
  }
  const attached = attachCompanions(bars, timeframeMs, series);
  makeFeatureSet(config.features, { ...inputsOf(attached), timeframeMs, state: market.featureState });
  return attached;
}

function companionFiles(args: Arguments): Map<string, string> {
  return new Map(
    stringList(args, 'companion').map((text) => {
      const equals = text.indexOf('=');
      if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)] as const;
      throw new InputError({ what: 'not a companion', where: `--companion ${text}`, rule: '--companion ETH=FILE' });
    }),
  );
}
