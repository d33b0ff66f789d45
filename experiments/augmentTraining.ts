/** More training paths, made of those that there are. */

import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { concatBars, numBars, sliceBars } from '../market/data/bars.ts';
import type { Augmentation } from '../market/data/augment/augmentConfig.ts';
import { augmentPath } from '../market/data/augment/augmentPath.ts';
import type { Path } from '../market/worlds.ts';
import type { LabelledBars } from './labelledBars.ts';

export interface AugmentedBars extends LabelledBars {
  /** (rows) 0 for an original bar, else 1 + the index of the augmentation in the config that made it. */
  readonly augmentedBy: Uint8Array;
}

/**
 * Appends variations of the training paths, named after them: `train/0+jitter1`. All rows that were there stay where they
 * are, bit for bit; labels of new rows are those of the bars they were made of.
 *
 * @throws InputError where an augmentation would take bars away from the companions' of their time
 */
export function augmentTraining(
  original: LabelledBars,
  augmentations: readonly Augmentation[],
  rng: Rng,
): AugmentedBars {
  const rows = numBars(original.bars);
  if (augmentations.length === 0) return { ...original, augmentedBy: new Uint8Array(rows) };
  refuseOtherTimes(original, augmentations);
  const pieces = [original.bars];
  const labels = [original.regime];
  const tags = [new Uint8Array(rows)];
  const added: Path[] = [];
  const serials = new Map<string, number>();
  let offset = rows;
  augmentations.forEach((augmentation, index) => {
    for (let copy = 0; copy < augmentation.copies; copy++) {
      const serial = serials.get(augmentation.kind) ?? 0;
      serials.set(augmentation.kind, serial + 1);
      for (const path of original.paths.train) {
        const name = `${path.name}+${augmentation.kind}${serial}`;
        const { bars, sourceRow } = augmentPath(
          sliceBars(original.bars, path.from, path.to),
          augmentation,
          rng.fork(name),
        );
        pieces.push(bars);
        labels.push(Uint8Array.from(sourceRow, (row) => original.regime[path.from + row]));
        tags.push(new Uint8Array(numBars(bars)).fill(index + 1));
        added.push({ ...path, name, from: offset, ownFrom: offset, to: offset + numBars(bars) });
        offset += numBars(bars);
      }
    }
  });
  const kinds = augmentations.map(({ kind, copies }) => `${kind} x${copies}`).join(', ');
  return {
    ...original,
    bars: concatBars(pieces),
    regime: concatBytes(labels),
    paths: { ...original.paths, train: [...original.paths.train, ...added] },
    notes: [
      ...original.notes,
      `train: ${added.length} augmented paths of ${offset - rows} bars beside the originals (${kinds})`,
    ],
    augmentedBy: concatBytes(tags),
  };
}

function refuseOtherTimes({ bars }: LabelledBars, augmentations: readonly Augmentation[]): void {
  const moving = augmentations.find(({ kind }) => kind === 'blockShuffle' || kind === 'timeWarp');
  if (bars.companions === undefined || moving === undefined) return;
  throw new InputError({
    what: 'puts bars beside companions of another time',
    where: 'market.augment',
    rule: 'jitter or scale where there are market.companions',
    value: moving.kind,
  });
}

function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
