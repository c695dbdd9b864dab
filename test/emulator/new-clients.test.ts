import { describe, expect, test } from 'vitest';
import { at, bench, call, L, model, N } from './request-bench.ts';

// What other people's clients ask of a workspace, beside our own.

describe('lists of people and groups have pages', () => {
  const SCIM = '/api/2.0/preview/scim/v2';

  /** As the SDKs walk: the next page begins behind the last one, until a page is empty (databricks-sdk-py `GroupsAPI.list`). */
  async function walk(kind: string, count: number): Promise<{ ids: string[]; pages: number }> {
    const { call: ask, emulator } = await bench();
    for (let number = 0; number < 7; number += 1) {
      emulator.metastore.addGroup(`team-${number}`, { members: ['user@example.com'] });
      emulator.metastore.addServicePrincipal(`app-${number + 10}`);
    }
    const ids: string[] = [];
    for (let pages = 1; pages < 50; pages += 1) {
      const query = { startIndex: String(ids.length + 1), count: String(count) };
      const { json } = await ask('admin', 'GET', `${SCIM}/${kind}`, { query });
      const rows = (json['Resources'] as { id: string }[] | undefined) ?? [];
      expect([json['startIndex'], json['itemsPerPage']]).toEqual([ids.length + 1, rows.length]);
      expect(rows.length).toBeLessThanOrEqual(count);
      if (rows.length === 0) {
        expect(json['totalResults']).toBe(ids.length);
        return { ids, pages };
      }
      ids.push(...rows.map(({ id }) => id));
    }
    throw new Error('a list without end');
  }

  for (const kind of ['Groups', 'Users', 'ServicePrincipals']) {
    test(`${kind} come to an end, each once`, async () => {
      const { ids, pages } = await walk(kind, 3);
      expect(ids.length).toBeGreaterThan(6);
      expect(new Set(ids).size).toBe(ids.length);
      expect(pages).toBe(Math.ceil(ids.length / 3) + 1);
    });
  }

  test('without a count all come at once; a start below 1 is 1, and a count of 0 shows only how many', async () => {
    const { call: ask } = await bench();
    const all = await ask('admin', 'GET', `${SCIM}/Users`);
    const total = Number(all.json['totalResults']);
    expect(at(all.json, 'Resources')).toHaveLength(total);
    const first = await ask('admin', 'GET', `${SCIM}/Users`, { query: { startIndex: '-4', count: '1' } });
    expect([first.json['startIndex'], at(first.json, 'Resources', 0)]).toEqual([
      1,
      at(all.json, 'Resources', 0),
    ]);
    const none = await ask('admin', 'GET', `${SCIM}/Users`, { query: { count: '0' } });
    expect([none.json['totalResults'], none.json['Resources']]).toEqual([total, undefined]);
  });
});

describe('parameters of a GET in a JSON body', () => {
  const BODY = JSON.stringify({ name: model, version: 1 });

  /** Fetch sends no body with GET. */
  async function get(url: string): Promise<{ status: number; body: string }> {
    const { request } = await import('node:http');
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: 'Bearer token-owner',
        'content-type': 'application/json',
        'content-length': BODY.length,
      };
      const sent = request(url, { method: 'GET', headers }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      sent.on('error', reject);
      sent.end(BODY);
    });
  }

  test('are taken where the emulator is lenient, required ones and numbers too', async () => {
    const { emulator } = await bench({ strict: false });
    const read = await get(`${emulator.url}${L}/model-versions/get`);
    expect([read.status, JSON.parse(read.body)]).toMatchObject([200, { model_version: { version: '1' } }]);
    const search = await get(`${emulator.url}${L}/registered-models/get`);
    expect([search.status, JSON.parse(search.body)]).toMatchObject([
      200,
      { registered_model: { name: model } },
    ]);
  });

  test('are refused and noted where it is strict', async () => {
    const { emulator } = await bench();
    expect((await get(`${emulator.url}${L}/model-versions/get`)).status).toBe(400);
    expect(emulator.violations.join()).toContain("unexpected body field 'name'");
    emulator.violations.length = 0;
  });
});

test('who created a catalog or a schema stays so when the owner changes', async () => {
  const { call: ask } = await bench();
  for (const path of ['/catalogs/prod', '/schemas/prod.ml']) {
    const before = await ask('admin', 'GET', `${N}${path}`);
    expect((await ask('admin', 'PATCH', `${N}${path}`, { json: { owner: 'owners' } })).json).toMatchObject({
      owner: 'owners',
      created_by: before.json['owner'],
    });
    expect((await ask('admin', 'GET', `${N}${path}`)).json['created_by']).toBe(before.json['owner']);
  }
});

describe('a bucket tells its region', () => {
  test('to who may not see it, in the refusal', async () => {
    const { emulator } = await bench({ switches: { vendedCredentials: 'aws' } });
    const refused = await call(emulator, undefined, 'HEAD', '/object-store/s3/any-bucket');
    expect([refused.status, refused.headers.get('x-amz-bucket-region')]).toEqual([403, 'eu-central-1']);
    const listed = await call(emulator, undefined, 'GET', '/object-store/s3/any-bucket');
    expect([listed.status, listed.headers.get('x-amz-bucket-region')]).toEqual([403, null]);
  });
});
