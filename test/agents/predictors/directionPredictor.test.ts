import { expect } from 'chai';
import { describe, it } from 'mocha';
import { directionPredictorConfig, trainDirectionPredictor } from '../../../agents/predictors/directionPredictor.ts';
import { measureDirectionSkill } from '../../../agents/predictors/directionSkill.ts';
import { createRng } from '../../../core/rng.ts';
import type { Context } from '../../../core/spec.ts';

const ROWS = 6_000;
const FEATURES = 4;
const WINDOW = 3;

/** Rows of noise; the label follows the sign of feature 1 one row back with this probability. */
function plant(probability: number) {
  const rng = createRng(1);
  const matrix = Float32Array.from({ length: ROWS * FEATURES }, () => rng.normal());
  const context: Context = { matrix, rows: ROWS, features: FEATURES, window: WINDOW };
  const rows = Int32Array.from({ length: ROWS - WINDOW + 1 }, (_, i) => i + WINDOW - 1);
  const labels = Uint8Array.from(rows, (row) => {
    const isUp = matrix[(row - 1) * FEATURES + 1] > 0;
    return Number(rng.next() < probability ? isUp : !isUp);
  });
  return { context, rows, labels };
}

async function learnAndJudge(probability: number, hidden: number[]) {
  const { context, rows, labels } = plant(probability);
  const split = 4_000;
  const predictor = await trainDirectionPredictor({
    config: directionPredictorConfig.parse({ network: { kind: 'mlp', hidden }, epochs: 8 }),
    context,
    rows: rows.slice(0, split),
    labels: labels.slice(0, split),
    rng: createRng(7),
  });
  const held = rows.slice(split);
  const probabilities = new Float32Array(held.length);
  predictor.predict(held, probabilities);
  const hash = predictor.weightsHash();
  predictor.dispose();
  return { hash, ...measureDirectionSkill(probabilities, labels.slice(split)) };
}

describe('agents/predictors', () => {
  for (const hidden of [[], [16]]) {
    it(`${hidden.length === 0 ? 'logistic regression' : 'an MLP'} finds a planted signal on rows it never saw`, async () => {
      const { accuracy, skill } = await learnAndJudge(0.8, hidden);
      expect(accuracy).to.be.within(0.74, 0.83); // the planted 0.8 is the best there is
      expect(skill).to.be.greaterThan(0.15); // knowing the planted rule exactly would be 0.28
    });
  }

  it('in pure noise it finds nothing, and knows it: the odds stay about even', async () => {
    const { accuracy, skill } = await learnAndJudge(0.5, []);
    expect(accuracy).to.be.closeTo(0.5, 0.035); // three standard errors of 2,000 labels
    expect(skill).to.be.closeTo(0, 0.02);
  });

  it('the same seed gives the same weights', async () => {
    const [a, b] = [await learnAndJudge(0.8, []), await learnAndJudge(0.8, [])];
    expect(a.hash).to.equal(b.hash);
  });

  it('labels that do not match the rows are refused', async () => {
    const { context, rows, labels } = plant(0.5);
    const config = directionPredictorConfig.parse({});
    const refused = await trainDirectionPredictor({
      config,
      context,
      rows,
      labels: labels.slice(1),
      rng: createRng(1),
    }).catch(String);
    expect(refused).to.match(/not enough to learn from/);
  });

  it('the base rate has skill zero, certainty about the truth skill one, one kind of label none', () => {
    const labels = [1, 1, 0, 1];
    expect(measureDirectionSkill([0.75, 0.75, 0.75, 0.75], labels).skill).to.be.closeTo(0, 1e-12);
    expect(measureDirectionSkill([1, 1, 0, 1], labels).skill).to.be.closeTo(1, 1e-6);
    expect(measureDirectionSkill([0, 0, 1, 0], labels).skill).to.be.lessThan(0);
    expect(measureDirectionSkill([0.5, 0.5], [1, 1]).skill).to.equal(null);
  });
});
