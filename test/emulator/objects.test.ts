import { expect, test } from 'vitest';
import { at, bench, verdict, type Bench, type Role, type Seen } from './request-bench.ts';

const W = '/api/2.0/workspace';
const home = '/Workspace/Users/owner@example.com';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const invalid = '400 INVALID_PARAMETER_VALUE';
const denied = '403 PERMISSION_DENIED';

const send = async ({ call }: Bench, role: Role, path: string, json: object): Promise<string> =>
  verdict(await call(role, 'POST', `${W}${path}`, { json }));

const read = async (
  { call }: Bench,
  role: Role,
  path: string,
  query: Record<string, string>,
): Promise<Seen> => call(role, 'GET', `${W}${path}`, { query });

test('the folder of a run: made, filled in three ways, listed, read back, deleted', async () => {
  const world = await bench();
  const { call, emulator } = world;
  const folder = `${home}/runs/1`;
  expect(await send(world, 'owner', '/import', { path: `${folder}/a.py`, content: '', format: 'RAW' })).toBe(
    '404 RESOURCE_DOES_NOT_EXIST',
  );
  expect([
    await send(world, 'owner', '/mkdirs', { path: folder }),
    await send(world, 'owner', '/mkdirs', { path: folder }),
  ]).toEqual(['200', '200']);
  const put = (name: string, more: object = {}) =>
    send(world, 'owner', '/import', {
      path: `${folder}/${name}`,
      content: base64(`text of ${name}`),
      format: 'AUTO',
      ...more,
    });
  expect([
    await put('a.py'),
    await put('a.py'),
    await put('a.py', { overwrite: true, content: base64('other') }),
    await put('n.py', { content: base64('# Databricks notebook source\nprint(1)\n') }),
    await put('s', { format: 'SOURCE', language: 'PYTHON' }),
    await put('s2', { format: 'SOURCE' }),
    await put('s3', { format: 'raw' }),
    await put('big', { content: base64('x'.repeat(10 * 1024 * 1024 + 1)) }),
  ]).toEqual([
    '200',
    '400 RESOURCE_ALREADY_EXISTS',
    '200',
    '200',
    '200',
    invalid,
    invalid,
    '400 MAX_NOTEBOOK_SIZE_EXCEEDED',
  ]);

  const form = new FormData();
  form.set('path', `${folder}/form.bin`);
  form.set('format', 'RAW');
  form.set('overwrite', 'true');
  const bytes = Uint8Array.from({ length: 600 }, (_, index) =>
    index % 3 === 0 ? 13 : index % 3 === 1 ? 10 : 45,
  );
  form.set('content', new Blob([bytes]), 'form.bin');
  const headers = { authorization: 'Bearer token-owner' };
  const sent = await fetch(`${emulator.url}${W}/import`, { method: 'POST', headers, body: form });
  expect(sent.status).toBe(200);
  const direct = await fetch(
    `${emulator.url}${W}/export?direct_download=true&path=${encodeURIComponent(`${folder}/form.bin`)}`,
    { headers },
  );
  expect(new Uint8Array(await direct.arrayBuffer())).toEqual(bytes);
  const upload = `/api/2.0/workspace-files/import-file/${encodeURIComponent(folder.slice(1))}/w.bin`;
  expect([
    verdict(await call('owner', 'POST', upload, { raw: 'w', query: { overwrite: 'false' } })),
    verdict(await call('owner', 'POST', upload, { raw: 'w', query: { overwrite: 'false' } })),
  ]).toEqual(['200', '400 RESOURCE_ALREADY_EXISTS']);

  const listed = (await read(world, 'owner', '/list', { path: folder })).json['objects'] as unknown[];
  expect(
    listed
      .map((each) => [at(each, 'path'), at(each, 'object_type'), at(each, 'language'), at(each, 'size')])
      .sort(),
  ).toEqual(
    [
      ['a.py', 'FILE', undefined, 5],
      ['form.bin', 'FILE', undefined, 600],
      ['n', 'NOTEBOOK', 'PYTHON', undefined],
      ['s', 'NOTEBOOK', 'PYTHON', undefined],
      ['w.bin', 'FILE', undefined, 1],
    ].map(([name, ...rest]) => [`/Users/owner@example.com/runs/1/${String(name)}`, ...rest]),
  );
  const exported = await read(world, 'owner', '/export', { path: `${folder}/a.py`, format: 'AUTO' });
  expect(exported.json).toEqual({ content: base64('other'), file_type: 'py' });
  expect([
    await send(world, 'owner', '/delete', { path: folder }),
    await send(world, 'owner', '/delete', { path: folder, recursive: true }),
    verdict(await read(world, 'owner', '/get-status', { path: folder })),
    await send(world, 'owner', '/delete', { path: folder }),
    verdict(await read(world, 'owner', '/export', { path: home })),
    verdict(await read(world, 'owner', '/list', { path: 'Users' })),
    verdict(await read(world, 'owner', '/list', { path: '/Users/../x' })),
  ]).toEqual([
    '400 DIRECTORY_NOT_EMPTY',
    '200',
    '404 RESOURCE_DOES_NOT_EXIST',
    '404 RESOURCE_DOES_NOT_EXIST',
    invalid,
    invalid,
    invalid,
  ]);
  expect(emulator.violations).toEqual([]);
});

test("a home is its owner's; a shared folder everybody's; rights are inherited", async () => {
  const world = await bench();
  const { call, emulator } = world;
  await send(world, 'owner', '/mkdirs', { path: `${home}/open` });
  await send(world, 'owner', '/import', { path: `${home}/open/a`, content: base64('x'), format: 'RAW' });
  const status = await read(world, 'owner', '/get-status', { path: `${home}/open` });
  const id = /"object_id":(\d+)/.exec(status.text)?.[1] ?? '';
  const see = async (role: Role): Promise<string> =>
    verdict(await read(world, role, '/export', { path: `${home}/open/a` }));
  expect([
    await see('reader'),
    await see('admin'),
    await send(world, 'reader', '/mkdirs', { path: `${home}/mine` }),
  ]).toEqual([denied, '200', denied]);
  const share = { access_control_list: [{ user_name: 'reader@example.com', permission_level: 'CAN_READ' }] };
  const path = `/api/2.0/permissions/directories/${id}`;
  expect([
    verdict(await call('reader', 'PATCH', path, { json: share })),
    verdict(await call('owner', 'PATCH', path, { json: share })),
  ]).toEqual([denied, '200']);
  expect([await see('reader'), await send(world, 'reader', '/delete', { path: `${home}/open/a` })]).toEqual([
    '200',
    denied,
  ]);
  const file = await read(world, 'reader', '/get-status', { path: `${home}/open/a` });
  const fileId = /"object_id":(\d+)/.exec(file.text)?.[1] ?? '';
  const rights = await call('reader', 'GET', `/api/2.0/permissions/files/${fileId}`);
  expect(at(rights.json, 'access_control_list', 0)).toEqual({
    user_name: 'reader@example.com',
    display_name: 'reader@example.com',
    all_permissions: [
      { permission_level: 'CAN_READ', inherited: true, inherited_from_object: [`/directories/${id}`] },
    ],
  });
  expect([
    await send(world, 'user', '/mkdirs', { path: '/Workspace/Shared/team' }),
    await send(world, 'reader', '/delete', { path: '/Shared/team' }),
    await send(world, 'reader', '/delete', { path: '/Shared' }),
  ]).toEqual(['200', '200', invalid]);
  const root = (await read(world, 'user', '/list', { path: '/' })).json['objects'] as unknown[];
  expect(root.map((each) => at(each, 'path')).sort()).toEqual(['/Shared']);
  expect(emulator.violations).toEqual([]);
});
