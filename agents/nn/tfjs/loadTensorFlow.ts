/** Finds a TensorFlow.js that the user has installed; none is ever required. */

import { InputError } from '../../../core/errors.ts';
import type { TensorFlow } from './tensorFlow.ts';

/** Packages by the name that a config gives them, fastest first. */
export const TFJS_PACKAGES = {
  'node-gpu': '@tensorflow/tfjs-node-gpu',
  node: '@tensorflow/tfjs-node',
  js: '@tensorflow/tfjs',
} as const;

/** Which package to use; `auto` takes the first that loads. */
export const TFJS_PROVIDERS = ['auto', 'js', 'node', 'node-gpu'] as const;
export type TfjsProvider = (typeof TFJS_PROVIDERS)[number];

export type LoadPackage = (name: string) => Promise<unknown>;

/** The name is not written in the call, so that compilers and bundlers do not ask for a package that may be absent. */
const importPackage: LoadPackage = (name) => import(name);

export interface LoadedTensorFlow {
  readonly tf: TensorFlow;
  readonly packageName: string;
}

/** @throws InputError when no package of that provider loads, with how to install one and why each failed */
export async function loadTensorFlow(
  provider: TfjsProvider,
  load: LoadPackage = importPackage,
): Promise<LoadedTensorFlow> {
  const candidates = provider === 'auto' ? Object.values(TFJS_PACKAGES) : [TFJS_PACKAGES[provider]];
  const failures: string[] = [];
  for (const packageName of candidates) {
    try {
      const tf = asTensorFlow(await load(packageName));
      // Silences the advice to install another package.
      tf.enableProdMode();
      await tf.ready();
      // Packages share one core, whose backend is that of the package loaded last.
      const backend = packageName === TFJS_PACKAGES.js ? 'cpu' : 'tensorflow';
      if (tf.getBackend() !== backend) await tf.setBackend(backend);
      return { tf, packageName };
    } catch (error) {
      failures.push(`${packageName}: ${firstLine(error)}`);
    }
  }
  throw new InputError({
    what: `no TensorFlow.js for provider '${provider}' loads here`,
    where: 'engine tfjs',
    value: failures.join('; '),
    hint: `install one beside regimen, npm install ${candidates.at(-1)}, or use the engine ort`,
  });
}

/** The module is CommonJS: its exports may lie under `default`. */
function asTensorFlow(module: unknown): TensorFlow {
  for (const candidate of [module, (module as { default?: unknown } | null)?.default]) {
    if (isTensorFlow(candidate)) return candidate;
  }
  throw new TypeError('it is not TensorFlow.js');
}

const isTensorFlow = (candidate: unknown): candidate is TensorFlow =>
  typeof candidate === 'object' &&
  candidate !== null &&
  ['matMul', 'enableProdMode', 'ready', 'keep'].every(
    (name) => typeof (candidate as Record<string, unknown>)[name] === 'function',
  );

/** What went wrong, without who asked for it. */
const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split(/\n| imported from /)[0];
