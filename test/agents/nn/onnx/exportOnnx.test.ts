import { expect } from 'chai';
import { describe, it } from 'mocha';
import { exportOnnx } from '../../../../agents/nn/onnx/exportOnnx.ts';
import { loadOnnx } from '../../../../agents/nn/ort/loadOnnx.ts';
import { createOrtEngine } from '../../../../agents/nn/ort/ortEngine.ts';
import { InputError } from '../../../../core/errors.ts';
import { createRng } from '../../../../core/rng.ts';
import { buildActing, buildTraining, createTrainer, FEATURES, ROWS, STATE } from '../helpers/qNetwork.ts';

const engine = createOrtEngine();

describe('a policy as an ONNX file', () => {
  it('gives the scores of the program it came from, for any batch and any number of context rows', async () => {
    const { variables, step } = await createTrainer(engine);
    for (let i = 0; i < 5; i++) step();
    const program = buildActing();
    const actor = await engine.compile(program, variables);
    const loaded = await loadOnnx(exportOnnx(program, variables));
    const rng = createRng(5);
    for (const [batch, rows] of [
      [1, 4],
      [3, ROWS],
      [64, 1000],
    ]) {
      const feeds = {
        context: Float32Array.from({ length: rows * FEATURES }, () => rng.normal()),
        row: Int32Array.from({ length: batch }, () => 3 + rng.int(rows - 3)),
        state: Float32Array.from({ length: batch * STATE }, () => rng.normal()),
      };
      const wanted = actor.run(feeds);
      const got = loaded.run(feeds);
      expect(got.action).to.deep.equal(wanted.action);
      got.scores.forEach((value, i) => expect(value).to.be.closeTo(wanted.scores[i], 1e-6));
    }
  });

  it('says its inputs and outputs, dynamic sizes by name', async () => {
    const { variables } = await createTrainer(engine);
    const { inputs, outputs } = await loadOnnx(exportOnnx(buildActing(), variables));
    const byName = Object.fromEntries(
      [...inputs, ...outputs].map(({ name, dtype, shape }) => [name, `${dtype} ${shape.join('x')}`]),
    );
    expect(byName).to.deep.equal({
      context: `float32 rowsx${FEATURES}`,
      row: 'int32 batch',
      state: `float32 batchx${STATE}`,
      action: 'int32 batch',
      scores: 'float32 batchx3',
    });
  });

  it('keeps the weights of the moment it was made', async () => {
    const { variables, step, feeds } = await createTrainer(engine);
    const bytes = exportOnnx(buildActing(), variables);
    const observed = { context: feeds.context, row: Int32Array.of(9), state: new Float32Array(STATE) };
    const before = (await loadOnnx(bytes)).run(observed).scores.slice();
    step();
    expect((await loadOnnx(bytes)).run(observed).scores).to.deep.equal(before);
    expect((await loadOnnx(exportOnnx(buildActing(), variables))).run(observed).scores).not.to.deep.equal(before);
  });

  it('is the same bytes each time', async () => {
    const { variables } = await createTrainer(engine);
    expect(exportOnnx(buildActing(), variables)).to.deep.equal(exportOnnx(buildActing(), variables));
  });

  it('a training program cannot be exported, and bytes that are no model are refused', async () => {
    const { variables } = await createTrainer(engine);
    expect(() => exportOnnx(buildTraining(), variables)).to.throw(InputError, 'updates');
    let refusal: unknown = null;
    await loadOnnx(new Uint8Array([1, 2, 3])).catch((error: unknown) => (refusal = error));
    expect(refusal).to.be.instanceOf(InputError);
  });
});
