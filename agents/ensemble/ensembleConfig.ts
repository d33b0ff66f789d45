/** Settings of an ensemble of a run's agents. */

import { z } from 'zod';
import { positive } from '../../core/schema.ts';

const VOTES = ['majority', 'meanScore', 'weighted'] as const;

export const ensembleConfig = z
  .strictObject({
    vote: z
      .enum(VOTES)
      .describe(
        'the action that most members choose; the one of the highest mean score; or a majority in which better members weigh more',
      ),
    members: z
      .array(z.string())
      .min(2, 'at least two agents vote')
      .describe('names of agents of the run; an ensemble may be one where it stands before this one'),
    scale: z
      .enum(['asGiven', 'standardized'])
      .optional()
      .describe(
        'for `meanScore`: scores as they are (mean-Q, for members of one kind), or each member brought to mean 0 and deviation 1; the latter unless said',
      ),
    temperature: positive
      .optional()
      .describe(
        'for `weighted`: difference of validation growth, basis points a bar, that makes a vote e times as heavy; 1 unless said',
      ),
  })
  .describe('several agents of the run as one: not trained, judged and run like any other');
