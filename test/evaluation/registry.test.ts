import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ManualClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { Registry } from '../../evaluation/registry.ts';
import { refusal } from '../helpers/refusal.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const appender = fileURLToPath(new URL('appendTrials.ts', import.meta.url));
const hashes = { weightsHash: 'w', configHash: 'c', dataHash: 'd' };
const verdict = (passed: boolean) => ({ name: 'maxDrawdown', value: -0.1, limit: -0.3, passed, reason: 'Deep.' });

describe('registry', () => {
  const folder = temporaryFolder();
  let serial = 0;
  const clock = new ManualClock(Date.UTC(2026, 0, 31));
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
  const create = () => new Registry(`${folder}/${serial++}`, clock, log);
  const again = (registry: Registry) => new Registry(registry.eventsPath.replace(/\/events.jsonl$/, ''), clock, log);
  const add = (registry: Registry, agent: string, passed = true, weightsHash = 'w') =>
    registry.register({
      run: 'runs/a',
      agent,
      kind: 'dqn',
      ...hashes,
      weightsHash,
      verdicts: [verdict(passed)],
      trials: 1,
    });
  const judge = (registry: Registry, weightsHash: string, sharpe: number | null, timeframeMs = 3_600_000) =>
    registry.recordJudged({
      run: 'runs/a',
      agent: 'x',
      kind: 'dqn',
      ...hashes,
      weightsHash,
      timeframeMs,
      sharpe,
      bars: 9,
    });
  const keyOf = (agent: string) => ({ run: 'runs/a', agent });
  const pointer = (registry: Registry): unknown =>
    existsSync(registry.promotedPath) ? JSON.parse(readFileSync(registry.promotedPath, 'utf8')) : null;

  it('promote then rollback restores the champion, to the first and to none', () => {
    const registry = create();
    for (const agent of ['one', 'two', 'three']) add(registry, agent);
    expect(registry.champion()).to.equal(null);
    registry.promote(keyOf('one'));
    registry.promote(keyOf('two'));
    registry.promote(keyOf('three'));
    expect(registry.champion()).to.include({ agent: 'three', forcedBecause: null });
    expect(registry.rollback('worse live')).to.include({ agent: 'two' });
    expect(pointer(registry)).to.include({ agent: 'two', run: 'runs/a', weightsHash: 'w' });
    registry.promote(keyOf('three'));
    expect(registry.rollback('again')).to.include({ agent: 'two' });
    expect(registry.rollback('and again')).to.include({ agent: 'one' });
    expect(registry.rollback('all of them')).to.equal(null);
    expect(pointer(registry)).to.equal(null);
    expect(again(registry).champion()).to.equal(null);
  });

  it('history is append-only: every act keeps all bytes before it', () => {
    const registry = create();
    const acts = [
      () => add(registry, 'one'),
      () => judge(registry, 'w1', 0.1),
      () => registry.promote(keyOf('one')),
      () => registry.rollback('bad'),
    ];
    let before = '';
    for (const act of acts) {
      act();
      const now = readFileSync(registry.eventsPath, 'utf8');
      expect(now.startsWith(before) && now.length > before.length).to.equal(true);
      before = now;
    }
    expect(registry.events().map(({ type }) => type)).to.deep.equal(['registered', 'judged', 'promoted', 'rolledBack']);
    expect(registry.events()[0].utc).to.equal('2026-01-31T00:00:00.000Z');
  });

  it('the champion is the last promoted one not withdrawn, whatever was done', () => {
    const acts = fc.array(fc.constantFrom('a', 'b', 'c', 'rollback'), { maxLength: 8 });
    fc.assert(
      fc.property(acts, (chosen) => {
        const registry = create();
        for (const agent of ['a', 'b', 'c']) add(registry, agent);
        const stack: string[] = [];
        for (const act of chosen) {
          if (act === 'rollback' ? stack.length === 0 : stack.at(-1) === act) continue;
          if (act === 'rollback') {
            registry.rollback('because');
            stack.pop();
          } else {
            registry.promote(keyOf(act));
            stack.push(act);
          }
          expect(registry.champion()?.agent).to.equal(stack.at(-1));
          expect((pointer(registry) as { agent: string } | null)?.agent).to.equal(stack.at(-1));
        }
      }),
      { numRuns: 10 },
    );
  });

  it('a refused agent is promoted only by force, with a reason that is recorded', async () => {
    const registry = create();
    add(registry, 'bad', false);
    expect(await refusal(() => registry.promote(keyOf('bad')))).to.match(/may not be promoted.*Deep\./);
    expect(await refusal(() => registry.promote(keyOf('bad'), { reason: ' ' }))).to.contain('reason');
    expect(registry.champion()).to.equal(null);
    registry.promote(keyOf('bad'), { reason: 'to see what happens' });
    expect(registry.champion()).to.include({ agent: 'bad', forcedBecause: 'to see what happens' });
    const untested = { run: 'runs/a', agent: 'untested', kind: 'dqn', ...hashes, verdicts: [], trials: 1 };
    registry.register(untested);
    expect(await refusal(() => registry.promote(keyOf('untested')))).to.contain('No gate was applied');
  });

  it('refuses what is not registered and a rollback of nothing; promoting the champion once more changes nothing', async () => {
    const registry = create();
    expect(await refusal(() => registry.promote(keyOf('ghost')))).to.contain('not registered');
    expect(await refusal(() => registry.rollback('why not'))).to.contain('nothing to roll back');
    add(registry, 'one');
    registry.promote(keyOf('one'));
    const before = registry.events();
    expect(registry.promote(keyOf('one'))).to.deep.equal(registry.champion());
    expect(registry.events()).to.deep.equal(before);
    add(registry, 'one', true, 'retrained');
    expect(registry.promote(keyOf('one'))).to.include({ weightsHash: 'retrained' });
  });

  it('counts every trial once, and knows the Sharpe ratios of those on like bars', () => {
    const registry = create();
    judge(registry, 'w1', 0.1);
    judge(registry, 'w2', null);
    judge(registry, 'w1', 0.1);
    judge(registry, 'w3', 0.3, 86_400_000);
    expect(registry.trials(3_600_000)).to.deep.equal({ count: 3, sharpes: [0.1] });
    expect(registry.trials(86_400_000)).to.deep.equal({ count: 3, sharpes: [0.3] });
    expect(create().trials(1)).to.deep.equal({ count: 0, sharpes: [] });
  });

  it('a torn last line is left out with a warning, and later events are kept', () => {
    const registry = create();
    add(registry, 'one');
    add(registry, 'two');
    const whole = readFileSync(registry.eventsPath, 'utf8');
    const second = whole.indexOf('\n') + 1;
    for (let cut = second + 1; cut < whole.length; cut += 37) {
      writeFileSync(registry.eventsPath, whole.slice(0, cut));
      warnings.length = 0;
      expect(registry.models().map(({ agent }) => agent)).to.deep.equal(['one']);
      expect(warnings).to.have.lengthOf(1);
      add(registry, 'three');
      add(registry, 'four');
      expect(registry.models().map(({ agent }) => agent)).to.deep.equal(['one', 'three', 'four']);
    }
  });

  it('damage anywhere else is refused with its line', async () => {
    const registry = create();
    for (const agent of ['one', 'two', 'three']) add(registry, agent);
    const lines = readFileSync(registry.eventsPath, 'utf8').split('\n');
    const damaged = [
      [lines[0], lines[1].slice(0, 40), lines[2]],
      [lines[0], lines[1].replace('"passed":true', '"passed":false'), lines[2]],
      [lines[0], lines[1].replace('"two"', '"won"'), lines[2]],
      [lines[0], 'nonsense', lines[2]],
      [lines[0], '{"event":{"type":"crowned"}}', lines[2]],
    ];
    for (const content of damaged) {
      writeFileSync(registry.eventsPath, `${content.join('\n')}\n`);
      expect(await refusal(() => registry.events())).to.contain('events.jsonl:2');
    }
  });

  it('two processes that append at once lose nothing', async function () {
    this.timeout(30_000);
    const registry = create();
    const target = registry.eventsPath.replace(/\/events.jsonl$/, '');
    const run = promisify(execFile);
    const child = (name: string) => run(process.execPath, ['--import', 'tsx', appender, target, name, '60']);
    await Promise.all([child('left'), child('right')]);
    const events = registry.events();
    for (const name of ['left', 'right']) {
      const own = events.filter((event) => event.type === 'judged' && event.agent === name);
      const hashesInOrder = own.map((event) => (event.type === 'judged' ? event.weightsHash : ''));
      expect(hashesInOrder).to.deep.equal(Array.from({ length: 60 }, (_, trial) => `${name}${trial}`));
    }
    expect(registry.trials(1).count).to.equal(120);
  });

  it('the second of two withdrawals of the same champion does not take the one below it', () => {
    const registry = create();
    for (const agent of ['one', 'two']) {
      add(registry, agent);
      registry.promote(keyOf(agent));
    }
    registry.rollback('first operator');
    const withdrawal = readFileSync(registry.eventsPath, 'utf8').trimEnd().split('\n').at(-1);
    appendFileSync(registry.eventsPath, `${withdrawal}\n`);
    expect(registry.champion()).to.include({ agent: 'one' });
  });
});
