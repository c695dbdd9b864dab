import { AssertionError } from 'node:assert/strict';
import { judgeScenes } from '../policy/grants/random-judge.ts';

// Judges scenes of `<runs> <seed>` with the code beside it. Exit code 0: gate and enforcer agree everywhere; 3: they
// disagree, and the last line says how; anything else: the judge itself broke.
const [runs = '', seed = ''] = process.argv.slice(2);
try {
  console.log(JSON.stringify(await judgeScenes(Number(runs), Number(seed))));
} catch (error) {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof AssertionError) || !(error instanceof Error)) throw error;
  const scenes = /Property failed after (\d+) tests/u.exec(error.message)?.[1] ?? '?';
  const difference = cause.message.replaceAll(/\s+/gu, ' ').slice(0, 160);
  console.log(`scene ${scenes}: ${difference}`);
  process.exitCode = 3;
}
