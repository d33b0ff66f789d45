/** Where a cost table lies. */

import { existsSync } from 'node:fs';
import { findPackageFile } from '../../core/packageFile.ts';

/** A table of the user's, else the one that the package carries under the same name. */
export const locateTable = (path: string): string => (existsSync(path) ? path : (findPackageFile(path) ?? path));
