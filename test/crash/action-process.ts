import { ACTIONS, run, type ActionName } from '../../src/index.ts';

const isAction = (name: string | undefined): name is ActionName => name !== undefined && name in ACTIONS;

const [, , name] = process.argv;
if (!isAction(name)) throw new Error(`No action ${String(name)}.`);
await run(name);
