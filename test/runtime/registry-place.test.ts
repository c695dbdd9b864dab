import { describe, expect, test } from 'vitest';
import { plannedRegistry, type RegistryAddress } from '../../src/runtime/registry-place.ts';

const RUN = { repository: 'acme/models', pipelineId: '4242' };
const SERVER = {
  kind: 'mlflow',
  host: { origin: 'https://mlflow.example.com', path: '' },
  part: undefined,
} as const satisfies RegistryAddress;
const named = plannedRegistry(SERVER, {}, RUN);

describe('the registry that a plan is made for', () => {
  test('is a workspace by its number alone', () => {
    expect(plannedRegistry({ ...SERVER, kind: 'databricks' }, { workspaceId: '42' }, RUN)).toEqual({
      kind: 'databricks',
      workspaceId: '42',
    });
  });

  test('is a server without one by a digest that does not name it', () => {
    expect(named).toEqual({
      kind: 'mlflow',
      workspaceId: null,
      server: expect.stringMatching(/^[0-9a-f]{64}$/u) as string,
    });
    expect(plannedRegistry(SERVER, {}, RUN)).toEqual(named);
  });

  test.each<readonly [string, RegistryAddress, typeof RUN]>([
    ['host', { ...SERVER, host: { origin: 'https://mlflow2.example.com', path: '' } }, RUN],
    ['port', { ...SERVER, host: { origin: 'https://mlflow.example.com:8443', path: '' } }, RUN],
    ['path', { ...SERVER, host: { ...SERVER.host, path: '/team-a' } }, RUN],
    ['workspace of the server', { ...SERVER, part: { name: 'team-a' } }, RUN],
    ['run', SERVER, { ...RUN, pipelineId: '4243' }],
    ['repository', SERVER, { ...RUN, repository: 'acme/other' }],
  ])('is another one with another %s', (_name, address, run) => {
    expect(plannedRegistry(address, {}, run).server).not.toBe(named.server);
  });
});
