/** Parts of a run as it may use them: whole, with bars left out, and of made worlds. */

import type { PartUse } from '../../market/data/partUse.ts';

export const asked = { from: '2020-01-01T00:00:00.000Z', to: '2021-04-01T00:00:00.000Z', bars: 314 };
export const whole: PartUse = {
  asked,
  used: { ...asked, from: '2020-01-02T00:00:00.000Z', stretches: 1 },
  lost: [],
};
export const cut: PartUse = {
  asked,
  used: { from: '2020-06-04T14:30:00.000Z', to: '2021-03-31T00:00:00.000Z', bars: 209, stretches: 2 },
  lost: [
    { why: 'warm-up after a gap or at the start of the data', bars: 105 },
    { why: 'the data ends 2021-03-31T00:00:00.000Z', bars: null },
  ],
};
const world = { from: null, to: null };
export const made: PartUse = {
  asked: { ...world, bars: 24_000 },
  used: { ...world, bars: 22_400, stretches: 16 },
  lost: [{ why: 'warm-up: a made world has no past', bars: 1600 }],
};
