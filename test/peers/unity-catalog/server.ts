import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { childEnvironment, lastLines, runChild } from '../../../scripts/child.ts';
import { startIssuer } from '../harness/id-token-issuer.ts';
import { byTool, isMissingArtifact, PeerAbsent } from '../harness/optional-peer.ts';
import { peersFolder, root } from '../../../scripts/peers/folder.ts';
import { startPeerServer } from '../harness/server.ts';

const AUDIENCE = 'uc-promote-peers';
const exchanged = z.object({ access_token: z.string() });

/** An answer of the server. */
export interface RawResponse {
  readonly status: number;
  readonly body: unknown;
}

/** A real Unity Catalog server with authorization on, and what a case needs to look at it without us. */
export interface UnityCatalogServer {
  readonly url: string;
  readonly admin: string;
  /** Calls its API below `/api/2.1/unity-catalog`. */
  readonly call: (token: string, method: string, path: string, body?: unknown) => Promise<RawResponse>;
  /** Creates a user; answers a token of theirs, by exchange of an ID token. */
  readonly addUser: (email: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

let prepared: Promise<string> | undefined;

/**
 * The class path of the server, made once a run: `UNITY_CATALOG_CLASSPATH` for one that was built here, else from Maven Central by the
 * pinned `unity-catalog/pom.xml`, once for each state of that. Throws `PeerAbsent` without Java or Maven, and when Maven's
 * registries do not give it.
 */
export function unityCatalogClassPath(): Promise<string> {
  prepared ??= prepareClassPath();
  return prepared;
}

async function prepareClassPath(): Promise<string> {
  await byTool('java', () =>
    runChild('java', ['-version'], { env: childEnvironment({}), cwd: peersFolder, timeoutMs: 60_000 }),
  );
  const given = process.env['UNITY_CATALOG_CLASSPATH'];
  if (given !== undefined && given !== '') return given;
  const folder = join(root, '.peers', 'unity-catalog');
  const stamp = join(folder, 'made-from');
  const pom = join(peersFolder, 'unity-catalog', 'pom.xml');
  const wanted = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex');
  if (!existsSync(stamp) || (await readFile(stamp, 'utf8')) !== wanted) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const env = Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime'];
    const result = await byTool('mvn', () =>
      runChild('mvn', [...args, `-DoutputDirectory=${folder}`], {
        ...{ env, cwd: folder },
        timeoutMs: 10 * 60_000,
      }),
    );
    if (result.code !== 0) {
      const reason = result.stdout.split('\n').find((line) => line.includes('Could not')) ?? result.stderr;
      const why = lastLines(reason === '' ? 'mvn failed' : reason);
      throw isMissingArtifact(result.stdout) ? new PeerAbsent(why) : new Error(why);
    }
    await writeFile(stamp, wanted);
  }
  return join(folder, '*');
}

/** Starts the server on a database of its own, with authorization on unless told otherwise; ready within two minutes. */
export async function startUnityCatalog(
  classPath: string,
  authorization: 'enable' | 'disable' = 'enable',
): Promise<UnityCatalogServer> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-unity-catalog-'));
  const issuer = await startIssuer();
  const conf = join(folder, 'etc', 'conf');
  await mkdir(conf, { recursive: true });
  await mkdir(join(folder, 'etc', 'db'), { recursive: true });
  const lines = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([key, value]) => `${key}=${value}\n`)
      .join('');
  await writeFile(
    join(conf, 'server.properties'),
    lines({
      'server.env': 'dev',
      'server.authorization': authorization,
      'server.allowed-issuers': issuer.url,
      'server.audiences': AUDIENCE,
      'storage-root.models': `file:${folder}/models`,
    }),
  );
  await writeFile(
    join(conf, 'hibernate.properties'),
    lines({
      'hibernate.connection.driver_class': 'org.h2.Driver',
      'hibernate.connection.url': 'jdbc:h2:file:./etc/db/h2db;DB_CLOSE_DELAY=-1',
      'hibernate.hbm2ddl.auto': 'update',
    }),
  );
  const server = await startPeerServer({
    command: 'java',
    args: (port) => [
      '-Xmx512m',
      '-cp',
      classPath,
      'io.unitycatalog.server.UnityCatalogServer',
      '--port',
      String(port),
    ],
    cwd: folder,
    ready: '/',
    timeoutMs: 120_000,
    ports: 2,
  }).catch(async (error: unknown) => {
    await issuer.close();
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const close = async () => {
    await Promise.all([server.close(), issuer.close()]);
    await rm(folder, { recursive: true, force: true });
  };
  const admin = await readFile(join(conf, 'token.txt'), 'utf8').then(
    (text) => text.trim(),
    async (error: unknown) => {
      await close();
      throw error;
    },
  );
  const request = async (
    token: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<RawResponse> => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
  };
  return {
    url: server.url,
    admin,
    call: (token, method, path, body) => request(token, method, `/api/2.1/unity-catalog${path}`, body),
    async addUser(email) {
      await request(admin, 'POST', '/api/1.0/unity-control/scim2/Users', {
        displayName: email,
        emails: [{ primary: true, value: email }],
      });
      const response = await fetch(`${server.url}/api/1.0/unity-control/auth/tokens`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
          subject_token: issuer.issue({ sub: email, email, aud: AUDIENCE }),
        }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`token exchange: ${response.status} ${text}`);
      return exchanged.parse(JSON.parse(text)).access_token;
    },
    close,
  };
}
