import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readStoreStats } from '../../market/features/featureStore.ts';
import type { Command } from '../command.ts';
import { percentCell } from '../table.ts';

export const command: Command = {
  options: {},
  async run(_args, { runsDir }) {
    const folder = join(runsDir, 'features');
    const { lookups, hitRatio } = readStoreStats(folder);
    const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    const files = names.filter((name) => name.endsWith('.parquet'));
    const bytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    return Promise.resolve({
      json: { folder, files: files.length, bytes, lookups, hitRatio },
      text: [
        `${folder}: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB`,
        `  lookups    ${lookups.memory} from memory, ${lookups.disk} from disk, ${lookups.computed} computed`,
        hitRatio === null
          ? "  nothing was looked up so far: 'regimen features build <config>' fills the store"
          : `  hit ratio  ${percentCell(hitRatio)}`,
      ].join('\n'),
    });
  },
};
