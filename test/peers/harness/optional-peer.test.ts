import { expect, test } from 'vitest';
import { runChild } from '../../../scripts/child.ts';
import { excuseOf } from '../../../scripts/peers/environment.ts';
import { byTool, isMissingArtifact, PeerAbsent, startOptional } from './optional-peer.ts';

const start = (error: Error) => startOptional('peer', () => Promise.reject(error));

test('a peer that others do not give is skipped, one that is here and does not start has failed', async () => {
  expect(await start(new PeerAbsent('PyPI does not answer'))).toEqual({
    verdict: 'skipped',
    name: 'peer',
    detail: 'PyPI does not answer',
  });
  expect(await start(new Error('no such database'))).toMatchObject({
    verdict: 'FAILED',
    detail: 'no such database',
  });
  expect(await startOptional('peer', () => Promise.resolve({ url: 'http://127.0.0.1' }))).toEqual({
    url: 'http://127.0.0.1',
  });
});

test('a machine without the tool excuses the peer, a tool that fails does not', async () => {
  const run = (tool: string) =>
    startOptional('peer', () =>
      byTool(tool, () => runChild(tool, ['--version'], { env: {}, cwd: '/', timeoutMs: 10_000 })),
    );
  expect(await run('no-such-tool')).toMatchObject({
    verdict: 'skipped',
    detail: 'this machine has no no-such-tool',
  });
  const broken = startOptional('peer', () => byTool('mvn', () => Promise.reject(new Error('exit 1'))));
  expect(await broken).toMatchObject({ verdict: 'FAILED' });
});

test("Maven's missing artifacts are told from Java's broken class path", () => {
  expect(isMissingArtifact('Could not find artifact io.unitycatalog:unitycatalog-server:jar:0.6.0')).toBe(
    true,
  );
  expect(isMissingArtifact('Could not transfer artifact x from central: timed out')).toBe(true);
  expect(isMissingArtifact('Error: Could not find or load main class io.unitycatalog.Server')).toBe(false);
});

test('an old release is excused by another Python than it is pinned for, and by nothing else', () => {
  const old = { madeWith: 'Python 3.11' };
  expect(excuseOf(old, 'Python 3.14.1')).toBe('pinned for Python 3.11, and this is Python 3.14.1; ');
  expect(excuseOf(old, 'Python 3.11.7')).toBe('');
  expect(excuseOf({}, 'Python 3.14.1')).toBe('');
});
