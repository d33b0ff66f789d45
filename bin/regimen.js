#!/usr/bin/env node
/** The command `regimen`. In a checkout it compiles first what is newer than dist/, so that `npm ci` is all that it needs. */

import { existsSync } from 'node:fs';

const built = new URL('../dist/cli/regimen.js', import.meta.url);
let problem = null;
if (existsSync(new URL('../tsconfig.build.json', import.meta.url))) {
  const { build, isStale } = await import('./build.js');
  if (isStale()) {
    if (process.stderr.isTTY || !existsSync(built)) process.stderr.write('regimen: compiling the sources, once\n');
    problem = build();
  }
}
if (problem !== null) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
} else await import(built.href);
