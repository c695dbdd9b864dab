import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';

describe('npm run action, with words that are wrong', () => {
  test.each([
    [['nope'], '"nope" is not an action. Use one of: check-connection, find-version'],
    [['../promote'], '"../promote" is not an action.'],
    [['set-alias', 'Champion'], '"Champion" is not INPUT=VALUE. Write an input such as alias=Champion.'],
  ])('%j: one clear error, and nothing runs', async (words, said) => {
    const ended = await new Promise<{ code: unknown; stderr: string; stdout: string }>((resolve) => {
      execFile(process.execPath, ['scripts/action.ts', ...words], (error, stdout, stderr) =>
        resolve({ code: error?.code, stdout, stderr }),
      );
    });
    expect(ended).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(said) as string });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});
