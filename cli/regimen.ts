#!/usr/bin/env node
/** The command line: the only place that reads the environment and composes everything. */

import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2), process.env, { stdout: process.stdout, stderr: process.stderr });
