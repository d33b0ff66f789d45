import { InputError } from '../../core/errors.ts';
import { MAX_BATCH_BARS } from '../../market/data/providers/batches.ts';
import { createSources } from '../../market/data/providers/createSources.ts';
import { fetchBars, type FetchReport } from '../../market/data/providers/fetchBars.ts';
import { fetchFileName } from '../../market/data/providers/fetchFileName.ts';
import { timerPause } from '../../market/data/providers/pause.ts';
import { PROVIDERS } from '../../market/data/providers/providers.ts';
import { parseIsoTime } from '../../market/data/isoTime.ts';
import { type Arguments, type Command, stringArgument, stringList } from '../command.ts';

const MAX_FAILURES_SHOWN = 10;
const NAMED = { type: 'string', array: true, requiresArg: true, nargs: 1 } as const;

export const command: Command = {
  onInterrupt: 'finishStep',
  options: {
    provider: {
      ...NAMED,
      demandOption: true,
      describe: `${[...PROVIDERS.keys()].join(', ')}; a,b,c are tried in order`,
    },
    symbol: { type: 'string', demandOption: true, requiresArg: true, describe: 'BTCUSDT, BTC/USD, EUR/USD or AAPL' },
    timeframe: { type: 'string', demandOption: true, requiresArg: true, describe: 'length of a bar, 1m to 1M' },
    from: { type: 'string', demandOption: true, requiresArg: true, describe: 'UTC time of the first bar' },
    to: { type: 'string', demandOption: true, requiresArg: true, describe: 'UTC time before which the last bar opens' },
    out: {
      type: 'string',
      requiresArg: true,
      describe: 'CSV or CSV.gz file to write; default: here, named after what is fetched',
    },
    'base-url': { ...NAMED, describe: 'URL to ask instead of the first provider, or NAME=URL' },
    'provider-symbol': { ...NAMED, describe: "NAME=SYMBOL in the provider's own word" },
    limit: {
      ...NAMED,
      describe: 'OPTION=VALUE or NAME.OPTION=VALUE: weightPerMinute, retries, ...; see docs/providers.md',
    },
    'batch-bars': { type: 'number', default: MAX_BATCH_BARS, requiresArg: true, describe: 'most bars of one batch' },
    'max-failures': { type: 'number', default: 5, requiresArg: true, describe: 'failed batches in a row that end it' },
  },
  async run(args, { environment, clock, progress, signal }) {
    const providers = stringList(args, 'provider').flatMap((names) => names.split(',').map((name) => name.trim()));
    const { interval, sources, halfOpenAfterMs } = createSources({
      providers,
      symbol: stringArgument(args, 'symbol'),
      timeframe: stringArgument(args, 'timeframe'),
      providerSymbols: pairs(args, 'provider-symbol'),
      baseUrls: pairs(args, 'base-url', providers[0]),
      limits: pairs(args, 'limit'),
      environment,
      clock,
      pause: timerPause,
    });
    const fromMs = timeArgument(args, 'from');
    const toMs = timeArgument(args, 'to');
    const nowMs = clock.nowMs();
    if (toMs > nowMs) {
      const rule = `not after now, ${new Date(nowMs).toISOString()}: later bars are not closed yet`;
      throw new InputError({ what: 'a time to come', where: '--to', rule, value: stringArgument(args, 'to') });
    }
    const symbol = stringArgument(args, 'symbol');
    const named = { symbol, timeframe: stringArgument(args, 'timeframe'), providers, fromMs, toMs };
    const report = await fetchBars({
      symbol,
      interval,
      fromMs,
      toMs,
      out: args['out'] === undefined ? fetchFileName(named) : outArgument(args),
      batchBars: countArgument(args, 'batch-bars', MAX_BATCH_BARS),
      sources,
      maxFailuresInRow: countArgument(args, 'max-failures', 1_000_000),
      halfOpenAfterMs,
      pause: timerPause,
      progress,
      signal,
    });
    const requests = sources.map(({ client }) => ({ provider: client.provider.name, ...client.counts }));
    const exitCode = { complete: 0, failed: 1, interrupted: 130 }[report.state];
    return { json: { ...report, requests }, text: render(report), exitCode };
  },
};

function render(report: FetchReport): string {
  const { state, out, bars, batches, failed, fetchedBatches, resumedBatches, emptyBatches, repeatedBars } = report;
  const from = Object.entries(report.providers).map(([name, count]) => `${count} from ${name}`);
  const counts = [
    `${fetchedBatches} fetched`,
    `${resumedBatches} resumed`,
    `${failed.length} failed`,
    `${emptyBatches} without bars`,
  ];
  const lines = [
    state === 'complete'
      ? `${out}: ${bars.toLocaleString('en-US')} bars`
      : `${state}: ${bars.toLocaleString('en-US')} bars so far are kept in ${out}.part; run the same command again to go on`,
    `  batches  ${batches}: ${counts.join(', ')}${from.length > 0 ? ` (${from.join(', ')})` : ''}`,
    ...(repeatedBars > 0 ? [`  repeats  ${repeatedBars} rows repeated a bar and were left out`] : []),
  ];
  for (const { from: start, to, reasons } of failed.slice(0, MAX_FAILURES_SHOWN)) {
    const said = reasons.map(({ provider, kind, message }) => `${provider}: ${kind}: ${message}`);
    lines.push(
      `  failed   ${start} .. ${to}: ${said.length > 0 ? said.join('; ') : 'not asked after so many failures'}`,
    );
  }
  if (failed.length > MAX_FAILURES_SHOWN)
    lines.push(`           and ${failed.length - MAX_FAILURES_SHOWN} more, see --json`);
  return lines.join('\n');
}

function timeArgument(args: Arguments, name: string): number {
  const text = stringArgument(args, name);
  const time = parseIsoTime(text);
  if (time !== null) return time;
  const rule = 'a UTC date or time such as 2024-01-31 or 2024-01-31T12:00:00Z';
  throw new InputError({ what: 'not a time', where: `--${name}`, rule, value: text });
}

function outArgument(args: Arguments): string {
  const out = stringArgument(args, 'out');
  if (/\.csv(\.gz)?$/i.test(out)) return out;
  throw new InputError({ what: 'not a file that can be written', where: '--out', rule: '.csv or .csv.gz', value: out });
}

function countArgument(args: Arguments, name: string, max: number): number {
  const value = Number(args[name]);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new InputError({ what: 'not a count', where: `--${name}`, rule: `1 to ${max}`, value: args[name] });
}

/** `NAME=VALUE` options; a value by itself belongs to `fallback`, where there is one. */
function pairs(args: Arguments, name: string, fallback?: string): Record<string, string> {
  const named = /^([\w.]+)=(.+)$/;
  return Object.fromEntries(
    stringList(args, name).map((text) => {
      const [, key, value] = named.exec(text) ?? [];
      if (key !== undefined && value !== undefined) return [key, value];
      if (fallback !== undefined) return [fallback, text];
      throw new InputError({ what: 'not a pair', where: `--${name}`, rule: 'NAME=VALUE', value: text });
    }),
  );
}
