import { describe, expect, test } from 'vitest';
import { checkConnection } from '../../../src/actions/check-connection.ts';
import { findVersion } from '../../../src/actions/find-version.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { mlflowCommands } from '../../../src/registry/mlflow/commands.ts';
import { world, type ActionRun } from '../../actions/harness.ts';
import { startWorkspaceServer, type WorkspaceServer } from './workspace-server.ts';

const MOVE = {
  registry: 'mlflow',
  model: 'fraud',
  alias: 'Champion',
  version: '2',
  'require-signature': 'off',
};

async function run(
  server: WorkspaceServer,
  action: Parameters<Awaited<ReturnType<typeof world>>['run']>[0],
  inputs: Readonly<Record<string, string>>,
  workspace: string,
): Promise<ActionRun> {
  const bench = await world();
  return bench.run(action, inputs, {
    host: server.url,
    token: '',
    environment: { MLFLOW_WORKSPACE: workspace },
  });
}

const moved = ({ aliases }: WorkspaceServer) =>
  Object.fromEntries([...aliases].map(([name, own]) => [name, Object.fromEntries(own)]));

describe('MLFLOW_WORKSPACE', () => {
  test('every request is for it, once the server has said that it has workspaces, and this one', async () => {
    const server = await startWorkspaceServer('workspaces');
    const seen = await run(server, setAlias, MOVE, ' team-a ');
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
    expect(moved(server)).toEqual({ default: {}, 'team-a': { Champion: '2' }, 'team-b': {} });
    const [first, ...others] = server.requests;
    expect(first).toEqual({ call: 'GET /api/3.0/mlflow/server-info', workspace: undefined });
    expect(new Set(others.map(({ workspace }) => workspace))).toEqual(new Set(['team-a']));
    expect(server.requests.filter(({ call }) => call.includes('server-info'))).toHaveLength(1);
    expect(seen.summary).toContain('team-a');
  });

  test('what is printed to undo it is for the same workspace', async () => {
    const server = await startWorkspaceServer('workspaces');
    const { log } = await run(server, setAlias, MOVE, 'team-b');
    expect(log.join('\n').replaceAll(/^ +/gmu, '')).toContain(
      'mlflow.set_workspace("team-b")\nmlflow.MlflowClient().delete_registered_model_alias("fraud", "Champion")',
    );
    const look = mlflowCommands('team-b').look({
      kind: 'model',
      name: { catalog: '', schema: '', model: 'fraud' },
    });
    expect(look?.text).toContain('mlflow.set_workspace("team-b")\n');
  });

  test.each([
    ['is not there', 'workspaces', 'team-c', 'the server has no workspace team-c'],
    ['is of a server that has none', 'none', 'team-a', 'the server does not report that it has workspaces.'],
    [
      'is of a server that ignores it',
      'never heard of them',
      'team-a',
      'does not report that it has workspaces: ',
    ],
    ['can be no name', 'workspaces', 'Team A', 'is not a valid name of a workspace'],
    ['would break a header', 'workspaces', 'a\r\nx: y', 'is not a valid name of a workspace'],
  ] as const)('one that %s: invalid, nothing read or written elsewhere', async (_how, has, name, said) => {
    for (const [action, inputs] of [
      [setAlias, MOVE],
      [findVersion, { registry: 'mlflow', model: 'fraud' }],
      [checkConnection, { registry: 'mlflow', model: 'fraud' }],
    ] as const) {
      const server = await startWorkspaceServer(has);
      const seen = await run(server, action, inputs, name);
      if (action !== checkConnection) expect(seen.outputs).toMatchObject({ outcome: 'invalid' });
      expect(seen.outputs['outcome']).not.toBe('ok');
      expect(JSON.stringify([seen.report, seen.annotations])).toContain('MLFLOW_WORKSPACE');
      expect(JSON.stringify([seen.report, seen.annotations])).toContain(said);
      expect(moved(server)).toEqual({ default: {}, 'team-a': {}, 'team-b': {} });
      expect(server.requests.filter(({ call }) => /(?:models|versions)\/(?!search)/u.test(call))).toEqual([]);
    }
  });

  test.each(['workspaces', 'none', 'never heard of them'] as const)(
    'unset: the server is asked nothing about workspaces (%s)',
    async (has) => {
      const server = await startWorkspaceServer(has);
      const seen = await run(server, setAlias, MOVE, ' ');
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
      expect(server.requests.every(({ workspace }) => workspace === undefined)).toBe(true);
      expect(server.requests.filter(({ call }) => call.includes('server-info'))).toEqual([]);
    },
  );
});
