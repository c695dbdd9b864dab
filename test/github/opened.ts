import { onTestFinished } from 'vitest';
import { openGitHub } from '../../src/github/client.ts';
import type { GitHub } from '../../src/github/port.ts';
import { openTransport } from '../../src/http/transport.ts';
import { startGitHub, type GitHubStub, type StubOptions } from './stub.ts';

const TOKEN = 'ghs_0123456789abcdefghij';
const EVERYTHING = ['actions: read', 'pull-requests: read', 'contents: read'];

/** Our client of GitHub, of a server at an address. */
export async function clientOf(
  host: string,
  token = TOKEN,
): Promise<{ readonly github: GitHub; readonly close: () => Promise<void> }> {
  const { transport, close } = await openTransport({});
  const quiet = () => undefined;
  const github = openGitHub({
    host,
    token,
    transport,
    userAgent: 'uc-promote/test',
    clock: { now: () => Date.now(), sleep: async () => undefined },
    random: () => 0.5,
    log: { debug: quiet, info: quiet, warning: quiet },
  });
  return { github, close };
}

/** Our client of GitHub, beside a stand-in for it that knows a token with permissions; both end with the test. */
export async function openedGitHub(
  permissions: readonly string[] = EVERYTHING,
  options: StubOptions & { readonly login?: string } = {},
): Promise<{ readonly github: GitHub; readonly stub: GitHubStub }> {
  const stub = await startGitHub(options);
  stub.addToken(TOKEN, permissions, options.login);
  const { github, close } = await clientOf(stub.url);
  onTestFinished(async () => {
    await close();
    await stub.close();
  });
  return { github, stub };
}
