#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(`uc-promote needs Node 24 or newer; this is ${process.versions.node}.`);
  process.exit(2);
}
const flags = {"copy-version":"--semi-space-growth-factor=1","register-version":"--semi-space-growth-factor=1","download-version":"--semi-space-growth-factor=1","promote":"--semi-space-growth-factor=1","sync-aliases":"--semi-space-growth-factor=1","audit-aliases":"--optimize-for-size"};
const action = process.argv[2] ?? '';
if (Object.hasOwn(flags, action)) setFlagsFromString(flags[action]);
const { runCli } = await import('./index.js');
await runCli(process.argv.slice(2));
