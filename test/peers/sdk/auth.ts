import { startEmulator, type Emulator, type Metastore } from '../../../emulator/index.ts';
import { lastLines } from '../../../scripts/child.ts';
import { checkConnection } from '../harness/check-connection.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import { runPeer, type PeerContext } from '../harness/script.ts';

const promoter = '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe';
const subject = 'repo:acme/models:environment:prod';
const issuer = 'https://token.actions.githubusercontent.com';

/** A way to sign in: what the workspace must know for it, and the variables of the job. */
interface Way {
  readonly type: string;
  readonly prepare: (metastore: Metastore, url: string) => Record<string, string>;
}

const ways: readonly Way[] = [
  { type: 'pat', prepare: () => ({ DATABRICKS_TOKEN: 'emulator-promoter' }) },
  {
    type: 'oauth-m2m',
    prepare: (metastore) => ({
      DATABRICKS_CLIENT_ID: promoter,
      DATABRICKS_CLIENT_SECRET: metastore.addSecret(promoter),
    }),
  },
  {
    type: 'github-oidc',
    prepare: (metastore, url) => {
      metastore.addFederationPolicy({ principal: promoter, issuer, subject, audiences: [] });
      return {
        DATABRICKS_CLIENT_ID: promoter,
        ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github-oidc/idtoken?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: metastore.allowIdTokens(subject),
      };
    },
  },
];

/** Signing in: databricks-sdk-py and we, each by the same variables; the token requests must agree in all that matters. */
export async function* signingIn({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('auth')) return;
  for (const way of ways) {
    const emulator = await startEmulator({ seed: 'demo' });
    try {
      yield await check(`auth: ${way.type}, the same requests and the same principal`, async () => {
        const variables = {
          DATABRICKS_TOKEN: '',
          DATABRICKS_AUTH_TYPE: way.type,
          ...way.prepare(emulator.metastore, emulator.url),
        };
        const theirs = await recorded(emulator, () => bySdk(python, emulator.url, variables));
        const ours = await recorded(emulator, () => byUs(emulator, variables));
        same(ours.response, theirs.response, 'who signed in');
        same(ours.requests, theirs.requests, 'token requests');
        return `${ours.response}: ${ours.requests.join('; ') || 'no token request'}`;
      });
    } finally {
      await emulator.close();
    }
  }
}

async function recorded(
  emulator: Emulator,
  work: () => Promise<string>,
): Promise<{ response: string; requests: string[] }> {
  const first = emulator.requests.length;
  const response = await work();
  const requests = emulator.requests
    .slice(first)
    .filter(({ path }) => path.endsWith('/token') || path.endsWith('/idtoken'))
    .map(({ method, path, query, json, scheme, status }) => {
      const sent = Object.entries(method === 'GET' ? query : (json ?? {})).sort(([a], [b]) =>
        a < b ? -1 : 1,
      );
      return `${method} ${path} ${scheme ?? 'none'} ${JSON.stringify(sent)} ${status}`;
    });
  // The SDK asks for some tokens more than once.
  return { response, requests: [...new Set(requests)].sort() };
}

async function bySdk(python: string, url: string, variables: Record<string, string>): Promise<string> {
  const result = await runPeer({ python, url, token: '', env: variables }, 'auth.py', []);
  if (result.code !== 0) throw new Error(`databricks-sdk: ${lastLines(result.stderr)}`);
  return result.stdout.trim();
}

async function byUs(host: Emulator, variables: Record<string, string>): Promise<string> {
  const result = await checkConnection(host, variables);
  const verdict = /Connected as (\S+) with (\S+)/.exec(result.stdout);
  if (result.code !== 0 || verdict === null) throw new Error(`uc-promote: ${lastLines(result.stdout)}`);
  return `${verdict[2] ?? ''} ${verdict[1] ?? ''}`;
}
