/** Moving average convergence and divergence. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { fadeBars, type BarChunk, type Feature, type FeatureStream } from './feature.ts';
import { createEma } from './recursiveMean.ts';

export const macdConfig = z
  .strictObject({
    kind: z.literal('macd'),
    fast: positiveInt.default(12).describe('bars of the fast exponential average'),
    slow: positiveInt.default(26).describe('bars of the slow one'),
    signal: positiveInt.default(9).describe('bars of the exponential average of the line'),
  })
  .refine(({ fast, slow }) => fast < slow, { message: 'fast is smaller than slow', path: ['fast'] });

type Config = z.infer<typeof macdConfig>;

/**
 * Three columns, each as a fraction of close: line (fast average less slow one), signal (average of the line), histogram
 * (line - signal).
 *
 * Both averages start as plain means that end on bar `slow - 1`. Warm-up: slow + signal - 2 bars.
 * Reference: Appel, 1979; times close they equal TA-Lib's MACD.
 */
export function makeMacd(config: Config): Feature {
  const { fast, slow, signal } = config;
  const name = `macd${fast}-${slow}-${signal}`;
  return {
    columns: ['line', 'signal', 'histogram'].map((part) => ({ name: `${name}:${part}`, scale: 'unbounded' as const })),
    warmupBars: slow + signal - 2,
    settleBars: slow + signal + fadeBars((slow + 1) / 2) + fadeBars((signal + 1) / 2),
    createStream: () => makeStream(config),
  };
}

function makeStream({ fast, slow, signal }: Config): FeatureStream {
  const [fastMean, slowMean, signalMean] = [fast, slow, signal].map(createEma);
  let bar = 0;
  return {
    advance({ length, close }: BarChunk, out: Float64Array, offset: number, stride: number): void {
      for (let row = 0; row < length; row++, bar++) {
        const slowValue = slowMean.push(close[row]);
        if (bar < slow - fast) continue;
        const line = fastMean.push(close[row]) - slowValue;
        if (bar < slow - 1) continue;
        const signalValue = signalMean.push(line);
        const at = offset + row * stride;
        out[at] = line / close[row];
        out[at + 1] = signalValue / close[row];
        out[at + 2] = (line - signalValue) / close[row];
      }
    },
  };
}
