import { expect, test } from 'vitest';
import { githubRunner } from '../../src/runtime/runner.ts';

test('where a command file is missing or empty nothing is printed in its place: the old commands would be obeyed', async () => {
  const write = process.stdout.write.bind(process.stdout);
  let printed = '';
  process.stdout.write = (chunk: string | Uint8Array) => {
    printed += String(chunk);
    return true;
  };
  try {
    for (const environment of [{}, { GITHUB_OUTPUT: '', GITHUB_STATE: '', GITHUB_STEP_SUMMARY: '' }]) {
      const runner = githubRunner(environment);
      runner.setOutput('version', '7');
      runner.saveState('journal', '[]');
      await runner.writeSummary('# x');
    }
  } finally {
    process.stdout.write = write;
  }
  expect(printed).toBe('');
});
