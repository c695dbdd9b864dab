import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/index.ts';
import { admin } from '../../emulator/seeds/empty.ts';

const N = '/api/2.1/unity-catalog';

async function empty() {
  const emulator = await startEmulator({ seed: 'empty' });
  onTestFinished(() => emulator.close());
  emulator.metastore.addUser('ada@example.com');
  emulator.metastore.issueToken('ada@example.com', 'ada');
  const call = async (token: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${emulator.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  return { emulator, call };
}

describe('an empty metastore is filled over the API', () => {
  test('by its admin: a catalog, a schema, a model', async () => {
    const { emulator, call } = await empty();
    const catalog = await call(admin.token, 'POST', `${N}/catalogs`, { name: 'staging' });
    expect(catalog).toMatchObject({ status: 200, json: { name: 'staging', owner: admin.name } });
    const schema = { name: 'ml_team', catalog_name: 'staging' };
    expect(await call(admin.token, 'POST', `${N}/schemas`, schema)).toMatchObject({
      status: 200,
      json: { full_name: 'staging.ml_team' },
    });
    expect(
      await call(admin.token, 'POST', `${N}/models`, { ...schema, name: 'fraud', schema_name: 'ml_team' }),
    ).toMatchObject({ status: 200 });
    expect(await call(admin.token, 'GET', `${N}/catalogs`)).toMatchObject({
      json: { catalogs: [{ name: 'staging' }] },
    });
    expect(await call(admin.token, 'GET', `${N}/schemas?catalog_name=staging`)).toMatchObject({
      json: { schemas: [{ full_name: 'staging.ml_team' }] },
    });
    expect(Object.keys(emulator.state().models)).toEqual(['staging.ml_team.fraud']);
    expect(emulator.violations).toEqual([]);
  });

  test('by nobody else, until that is granted', async () => {
    const { emulator, call } = await empty();
    expect(await call('ada', 'POST', `${N}/catalogs`, { name: 'hers' })).toMatchObject({ status: 403 });
    emulator.metastore.grant('metastore', emulator.metastore.state.metastoreId, 'ada@example.com', [
      'CREATE_CATALOG',
    ]);
    expect(await call('ada', 'POST', `${N}/catalogs`, { name: 'hers' })).toMatchObject({ status: 200 });
    await call(admin.token, 'POST', `${N}/catalogs`, { name: 'staging' });
    const schema = { name: 'hers', catalog_name: 'staging' };
    expect(await call('ada', 'POST', `${N}/schemas`, schema)).toMatchObject({ status: 403 });
    expect(await call('ada', 'GET', `${N}/catalogs`)).toMatchObject({
      json: { catalogs: [{ name: 'hers' }] },
    });
    emulator.metastore.grant('catalog', 'staging', 'ada@example.com', ['USE_CATALOG', 'CREATE_SCHEMA']);
    expect(await call('ada', 'POST', `${N}/schemas`, schema)).toMatchObject({ status: 200 });
    expect(emulator.violations).toEqual([]);
  });

  test('and a name that is taken, or is none, is refused', async () => {
    const { emulator, call } = await empty();
    await call(admin.token, 'POST', `${N}/catalogs`, { name: 'staging' });
    expect(await call(admin.token, 'POST', `${N}/catalogs`, { name: 'STAGING' })).toMatchObject({
      status: 400,
      json: { error_code: 'CATALOG_ALREADY_EXISTS' },
    });
    for (const name of ['a.b', 'a b', ''])
      expect((await call(admin.token, 'POST', `${N}/catalogs`, { name })).status, name).toBe(400);
    const schema = { name: 'ml_team', catalog_name: 'staging' };
    await call(admin.token, 'POST', `${N}/schemas`, schema);
    expect(await call(admin.token, 'POST', `${N}/schemas`, schema)).toMatchObject({
      json: { error_code: 'SCHEMA_ALREADY_EXISTS' },
    });
    expect(
      await call(admin.token, 'POST', `${N}/schemas`, { ...schema, catalog_name: 'other' }),
    ).toMatchObject({
      status: 404,
    });
    expect(emulator.violations).toEqual([]);
  });
});

const run = promisify(execFile);

test('the command line of the emulator lists its options, and refuses others in one line that names the help', async () => {
  const main = (...options: string[]) => run(process.execPath, ['emulator/main.ts', ...options]);
  const refused = async (options: string[]) =>
    main(...options).then(
      () => ({ code: 0, stderr: '' }),
      (error: unknown) => error as { code: number; stderr: string },
    );
  const [help, ...refusals] = await Promise.all([
    main('--help'),
    refused(['--port', 'abc']),
    refused(['--port', '70000']),
    refused(['--seed', 'full']),
    refused(['--seeds', 'x']),
  ]);
  for (const option of ['port', 'seed', 'data', 'switch', 'mix', 'latency', 'lenient', 'python'])
    expect(help.stdout).toContain(`--${option}`);
  const says = [
    '--port must be a whole number',
    '--port must be a number up to 65535',
    '--seed must be one of: demo',
    '--seeds',
  ];
  for (const [index, { code, stderr }] of refusals.entries()) {
    expect(code).toBe(1);
    expect(stderr).toContain(says[index]);
    expect(stderr).toContain('--help');
    expect(stderr.trim().split('\n')).toHaveLength(2);
  }
});
