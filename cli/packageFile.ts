/** Files that the package carries beside its code, found from source and from the compiled copy alike. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @param name path below the package's root: "package.json", "configs/quickstart.yaml" */
export function findPackageFile(name: string): string {
  for (const up of ['../', '../../']) {
    const path = fileURLToPath(new URL(up + name, import.meta.url));
    if (existsSync(path)) return path;
  }
  throw new Error(`the package lacks its own ${name}`);
}
