import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'mocha';

/** A new empty folder that is removed when the surrounding suite ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'regimen-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
