import { subscribe } from 'node:diagnostics_channel';
import { fileURLToPath } from 'node:url';
import { ACTIONS, run, type ActionName } from '../../src/index.ts';
import { runAction } from '../../src/runtime/run-action.ts';
import { githubRunner } from '../../src/runtime/runner.ts';
import { fakeClock } from '../actions/recording-runner.ts';
import { sentLine } from './sent-line.ts';

const isAction = (name: string | undefined): name is ActionName => name !== undefined && name in ACTIONS;

const [, , name, pace] = process.argv;
// As the bundle is started, beside whose files the action finds those that it runs elsewhere.
process.argv[1] = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
if (!isAction(name)) throw new Error(`No action ${String(name)}.`);
if (pace === 'hurried') await hurry(name);
else await run(name);

/** Sleeps end at once, and the clock goes on by what was slept; each request that is sent is said, but for those to GitHub. */
async function hurry(action: ActionName): Promise<void> {
  const { GITHUB_API_URL: api } = process.env;
  const github = api === undefined ? undefined : new URL('/', api).href;
  subscribe('undici:request:create', (message) => {
    const { request } = message as {
      readonly request: { readonly origin: string | URL; readonly method: string; readonly path: string };
    };
    if (new URL(request.origin).href === github) return;
    process.stdout.write(sentLine(request.method, request.path));
  });
  await runAction(await ACTIONS[action](), { ...githubRunner(), clock: fakeClock([]) });
}
