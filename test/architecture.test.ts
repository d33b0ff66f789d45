import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';

/** Lowest first: a file imports from its own folder and from folders earlier in this list. */
const LAYERS = [
  'core',
  'market',
  'rewards',
  'curricula',
  'envs',
  'agents',
  'evaluation',
  'experiments',
  'live',
  'reports',
  'cli',
];

/** Downward, yet against the grain: agents do not know what they trade, live does not train. */
const FORBIDDEN = new Set([
  'agents market',
  'agents rewards',
  'agents curricula',
  'agents envs',
  'live experiments',
  'reports experiments',
]);

/** What only these files may do, so that a run is a function of its config, its seed and its data. */
const ONE_DOOR = [
  { what: /\bMath\.random\b/, only: /^core\/rng\.ts$/ },
  { what: /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/, only: /^core\/clock\.ts$/ },
  { what: /from '(@tensorflow\/|onnxruntime)/, only: /^agents\/nn\// },
  { what: /\bprocess\.env\b/, only: /^(cli\/|agents\/nn\/ort\/runtime\.ts$)/ },
  { what: /\bconsole\./, only: /^cli\// },
];

/** Longer than 250 lines because they read better whole, each with its reason. */
const LONG_FILES: Readonly<Record<string, string>> = {};

const root = new URL('..', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const isSource = (path: string) => path.endsWith('.ts') && !path.endsWith('.d.ts');
const filesOf = (folder: string) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter(isSource)
    .map((path) => `${folder}/${path}`);
const sources = LAYERS.flatMap(filesOf);

/** Comments speak of other files and of what is forbidden; only code imports and calls. */
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');

function importsOf(path: string): string[] {
  const targets = [...withoutComments(read(path)).matchAll(/(?:from|import\()\s*'(\.{1,2}\/[^']+)'/g)].map(
    ([, target]) => target,
  );
  return targets.map((target) => new URL(target, new URL(path, root)).pathname.slice(root.pathname.length));
}

const layerOf = (path: string) => path.slice(0, path.indexOf('/'));

describe('architecture', () => {
  it('every layer of the design exists', () => {
    expect(LAYERS.filter((layer) => filesOf(layer).length === 0)).to.deep.equal([]);
  });

  it('imports only point down the layers', () => {
    const violations = sources.flatMap((path) =>
      importsOf(path)
        .filter((target) => {
          const [from, to] = [layerOf(path), layerOf(target)];
          // Only the command line reaches beside the layers: the benchmarks are programs of their own.
          if (to === 'bench') return from !== 'cli';
          return !LAYERS.includes(to) || LAYERS.indexOf(to) > LAYERS.indexOf(from) || FORBIDDEN.has(`${from} ${to}`);
        })
        .map((target) => `${path} -> ${target}`),
    );
    expect(violations).to.deep.equal([]);
  });

  it('no imports go round in a circle', () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, trail: readonly string[]) => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      if (done.has(path) || trail.includes(path)) return;
      for (const target of staticImportsOf(path))
        if (existsSync(new URL(target, root))) visit(target, [...trail, path]);
      done.add(path);
    };
    for (const path of sources) visit(path, []);
    expect(circles).to.deep.equal([]);
  });

  it('randomness, time, tensors, environment variables and printing each have one door', () => {
    const violations = ONE_DOOR.flatMap(({ what, only }) =>
      sources
        .filter((path) => !only.test(path) && what.test(withoutComments(read(path))))
        .map((path) => `${path}: ${what}`),
    );
    expect(violations).to.deep.equal([]);
  });

  it('a file fits in one sitting', () => {
    const long = sources.filter((path) => read(path).split('\n').length > 251 && !(path in LONG_FILES));
    expect(long).to.deep.equal([]);
  });

  it('nothing is left for later', () => {
    const unfinished = /\b(TODO|FIXME|XXX)\b|not (yet )?implemented/i;
    expect(sources.filter((path) => unfinished.test(read(path)))).to.deep.equal([]);
  });

  it('every file says what it is for, at its top or before its first export', () => {
    const silent = sources.filter((path) => {
      const text = read(path);
      const [beforeExport] = text.split(/^export /m, 1);
      return !path.startsWith('cli/commands/') && !beforeExport.includes('/**');
    });
    expect(silent).to.deep.equal([]);
  });

  it('the test tree asserts in every test file', () => {
    const empty = filesOf('test').filter(
      (path) => path.endsWith('.test.ts') && !/expect\(|assert|Contract\(/.test(read(path)),
    );
    expect(empty).to.deep.equal([]);
  });
});

/** Type-only imports vanish when compiled and cannot make a circle at run time. */
function staticImportsOf(path: string): string[] {
  const text = withoutComments(read(path)).replace(/import type [\s\S]*?from '[^']+';/g, '');
  const targets = [...text.matchAll(/from\s*'(\.{1,2}\/[^']+)'/g)].map(([, target]) => target);
  return targets.map((target) => new URL(target, new URL(path, root)).pathname.slice(root.pathname.length));
}
