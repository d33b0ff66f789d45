/**
 * The second engine: TensorFlow.js, on whatever device the package that the user installed can reach.
 *
 * Slower than onnxruntime on a CPU; for machines where TensorFlow has the GPU, and to check one engine by the other.
 * Runs are synchronous, as the contract says: each fetch waits for the device once.
 */

import { checkGroups } from '../checkGroups.ts';
import type { Engine, Program } from '../engine.ts';
import type { VariableGroup } from '../variableGroup.ts';
import type { Variables } from '../variables.ts';
import { DeviceGroup } from './deviceGroup.ts';
import { loadTensorFlow, type LoadPackage, type TfjsProvider } from './loadTensorFlow.ts';
import type { TensorFlow } from './tensorFlow.ts';
import { TfjsExecutable } from './tfjsExecutable.ts';

interface TfjsEngineOptions {
  readonly provider?: TfjsProvider;
  /** How a package is loaded, where it is not `import`. */
  readonly load?: LoadPackage;
}

/** The package is loaded at the first compilation, which throws an InputError where there is none. */
export function createTfjsEngine({ provider = 'auto', load }: TfjsEngineOptions = {}): Engine {
  const devices = new Map<VariableGroup, DeviceGroup>();
  return {
    name: 'tfjs',
    async compile(program, variables) {
      const { tf } = await loadTensorFlow(provider, load);
      return compile(tf, program, variables, devices);
    },
  };
}

function compile(
  tf: TensorFlow,
  program: Program,
  variables: Variables,
  devices: Map<VariableGroup, DeviceGroup>,
): TfjsExecutable {
  const used = checkGroups(program, variables).map((group) => {
    const device = devices.get(group) ?? new DeviceGroup(tf, group, devices);
    devices.set(group, device);
    return { group, device };
  });
  for (const { device } of used) device.users++;
  const release = (): void => {
    for (const { group, device } of used) {
      device.users--;
      if (device.users > 0) continue;
      device.dispose();
      devices.delete(group);
    }
  };
  try {
    const groups = new Map(used.map((entry) => [entry.group.name, entry]));
    return new TfjsExecutable({ tf, program, groups, release });
  } catch (error) {
    release();
    throw error;
  }
}
