import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Replay } from '../../../agents/replay/replay.ts';
import { createTransitions } from '../../../agents/replay/transitions.ts';
import { createStepBatch } from '../../../core/spec.ts';

/** A replay of one env whose observation t allows exactly the actions of t's three bits; the third step is cut. */
function live() {
  const slots: number[] = [];
  const make = () =>
    new Replay({
      capacity: 8,
      numEnvs: 1,
      stateSize: 1,
      numActions: 3,
      masked: true,
      nStep: 1,
      gamma: 0.9,
      index: { add: (slot) => void slots.push(slot), remove: () => undefined },
    });
  const replay = make();
  const bits = (t: number) => Uint8Array.from([t & 1, (t >> 1) & 1, (t >> 2) & 1]);
  const state = (t: number) => Float32Array.of(t);
  replay.begin({ row: new Int32Array(1), state: state(1), actionMask: bits(1) });
  for (let t = 2; t <= 5; t++) {
    const cut = t === 4;
    replay.record(Int32Array.of(0), {
      ...createStepBatch(1, 1),
      state: state(t),
      actionMask: bits(t),
      // Where an episode is cut, the observation it ended on is another than the next episode's first.
      finalState: state(cut ? 7 : t),
      finalActionMask: bits(cut ? 7 : t),
      truncated: Uint8Array.of(Number(cut)),
    });
  }
  return { replay, slots, make };
}

const gather = (replay: Replay, slots: readonly number[]) => {
  const batch = createTransitions(slots.length, 1, 3);
  replay.gather(Int32Array.from(slots), batch);
  return { reached: [...batch.nextState], masks: [...(batch.nextActionMask ?? [])] };
};

describe('agents/replay with masks', () => {
  it('the mask of what follows comes with it: the next observation, or the one an episode was cut at', () => {
    const { replay, slots } = live();
    const { reached, masks } = gather(replay, slots);
    expect(reached).to.deep.equal([2, 3, 7, 5]);
    expect(masks).to.deep.equal([0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1]);
  });

  it('masks are part of what is saved', () => {
    const { replay, slots, make } = live();
    const restored = make();
    restored.restore(structuredClone(replay.save()));
    expect(gather(restored, slots)).to.deep.equal(gather(replay, slots));
  });

  it('without masks none are kept', () => {
    expect(createTransitions(2, 1).nextActionMask).to.equal(undefined);
  });
});
