/** Files that the package carries beside its code, found from source and from the compiled copy alike. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @param name path below the package's root: "package.json", "configs/quickstart.yaml"
 * @returns null where the package has no such file
 */
export function findPackageFile(name: string): string | null {
  for (const up of ['../', '../../']) {
    const path = fileURLToPath(new URL(up + name, import.meta.url));
    if (existsSync(path)) return path;
  }
  return null;
}
