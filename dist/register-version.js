import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
setFlagsFromString('--semi-space-growth-factor=1');
if (process.env.RUNNER_TEMP) enableCompileCache(`${process.env.RUNNER_TEMP}/uc-promote-compile-cache`);
const { run } = await import('./index.js');
await run('register-version');
