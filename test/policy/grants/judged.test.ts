import { expect, test } from 'vitest';
import { judgeScenes } from './random-judge.ts';

// The judge is the emulator, which shares no code with the gate: random metastores, then the real operation.
const RUNS = Number(process.env['GRANT_CASES'] ?? 120);
const SEED = Number(process.env['GRANT_SEED'] ?? 20_261_122);

// eslint-disable-next-line no-console -- a failing run has to be repeatable
const print = (text: string): void => console.log(text);

test('what the gate says of rights and holders is what the emulator then does', async () => {
  print(`${RUNS} scenes, seed ${SEED}`);
  const counts = await judgeScenes(RUNS, SEED);
  print(JSON.stringify(counts));
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(RUNS / 60);
}, 600_000);
