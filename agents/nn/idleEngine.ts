/** An engine that computes nothing: an agent made on it shows whether its graphs can be built, and is let go again. */

import { InputError } from '../../core/errors.ts';
import type { Engine } from './engine.ts';

export const IDLE_ENGINE: Engine = {
  name: 'idle',
  compile: async () => ({
    run() {
      throw new InputError({ what: 'an idle engine computes nothing', where: 'engine' });
    },
    dispose: () => undefined,
  }),
};
