import { enableCompileCache } from 'node:module';
if (process.env.RUNNER_TEMP) enableCompileCache(`${process.env.RUNNER_TEMP}/uc-promote-compile-cache`);
const { run } = await import('./index.js');
await run('manage-model');
