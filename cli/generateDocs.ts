/** Writes what is generated from the schemas: run by `npm run docs`, compared by a test. */

import { writeFileAtomic } from '../core/storage/atomicFile.ts';
import { renderConfigReference, renderRunSchema } from './configReference.ts';

writeFileAtomic('configs/regimen.schema.json', renderRunSchema());
writeFileAtomic('docs/config.md', renderConfigReference());
