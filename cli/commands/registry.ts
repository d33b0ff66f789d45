import { Registry } from '../../evaluation/registry.ts';
import type { Command } from '../command.ts';
import { registryFolder } from '../job.ts';
import { renderTable } from '../table.ts';

export const command: Command = {
  options: { limit: { type: 'number', default: 20, describe: 'how many of the last events to show' } },
  async run(args, context) {
    const registry = new Registry(registryFolder(context.runsDir), context.clock);
    const champion = registry.champion();
    const events = registry.events();
    const models = registry.models().map((model) => ({
      run: model.run,
      agent: model.agent,
      weightsHash: model.weightsHash,
      passed: model.verdicts.length > 0 && model.verdicts.every(({ passed }) => passed),
    }));
    const shown = events.slice(-Number(args['limit']));
    const rows = shown.map((event) => [event.utc, event.type, event.agent, event.run]);
    const head =
      champion === null ? 'no champion' : `champion: '${champion.agent}' of ${champion.run}, since ${champion.utc}`;
    const trials = new Set(
      events.flatMap((event) =>
        event.type === 'judged' ? [`${event.weightsHash} ${event.configHash} ${event.dataHash}`] : [],
      ),
    ).size;
    const text = [head, `${trials} trials judged, ${models.length} models registered`, ''];
    return {
      json: { champion, trials, models, events: shown },
      text: [...text, renderTable([['when (UTC)', 'event', 'agent', 'run'], ...rows])].join('\n'),
    };
  },
};
