import { ACTIONS, run, type ActionName } from '../../src/index.ts';
import { runAction } from '../../src/runtime/run-action.ts';
import { githubRunner } from '../../src/runtime/runner.ts';
import { fakeClock } from '../actions/recording-runner.ts';

const isAction = (name: string | undefined): name is ActionName => name !== undefined && name in ACTIONS;

// `hurried`: sleeps end at once, and the clock goes on by what was slept.
const [, , name, pace] = process.argv;
if (!isAction(name)) throw new Error(`No action ${String(name)}.`);
if (pace === 'hurried') await runAction(await ACTIONS[name](), { ...githubRunner(), clock: fakeClock([]) });
else await run(name);
