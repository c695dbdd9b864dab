import { join } from 'node:path';
import { z } from 'zod';
import { actionExists, expectCode, runAction, type StepResult } from '../harness/action.ts';
import { startDemoEmulator } from '../harness/demo-emulator.ts';
import { check, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';
import { callMlflow, readModel } from './client.ts';
import { dialectsOf, requireNativeCreated } from './dialects.ts';

const model = 'prod.ml_team.peer_interop';

const aliasedResponse = z.object({ aliased: z.record(z.string(), z.object({ version: z.string() })) });

/** What our actions write is read by MLflow's client, and what it writes is read by our actions: by its older dialect. */
export async function* interop(context: PeerContext): AsyncGenerator<CaseResult> {
  yield* sideBySide('interop', 'older', context);
}

/** The same with the native dialect of MLflow's client. */
export async function* interopNative(context: PeerContext): AsyncGenerator<CaseResult> {
  yield* sideBySide('interop native', 'native', context);
}

async function* sideBySide(
  suite: string,
  dialect: 'older' | 'native',
  { python, fixtures, wanted }: PeerContext,
): AsyncGenerator<CaseResult> {
  if (!wanted(suite)) return;
  const { emulator, token } = await startDemoEmulator({ nativeEnriched: dialect === 'native' });
  const server = dialectsOf({ python, url: emulator.url, token })[dialect];
  const act = async (action: string, inputs: Record<string, string>, code = 0): Promise<StepResult> => {
    const result = await runAction({ action, with: inputs, url: emulator.url, host: emulator, token });
    expectCode(result, code);
    return result;
  };
  const needing = async (action: string, name: string, body: () => Promise<string>): Promise<CaseResult> =>
    (await actionExists(action))
      ? check(`${suite}: ${name}`, body)
      : missingBundle(`${suite}: ${name}`, action);
  try {
    yield await check(`${suite}: MLflow registers two versions`, async () => {
      const folder = join(fixtures, 'fraud_detection');
      const older = join(fixtures, 'fraud_detection_v0');
      await callMlflow(server, [
        { do: 'register', folder: older, model },
        { do: 'register', folder, model },
      ]);
      return model;
    });
    yield await needing(
      'find-version',
      'MLflow registered two versions, find-version finds the newest',
      async () => {
        const { outputs } = await act('find-version', { model });
        same(
          [outputs['version'], outputs['found'], outputs['uri']],
          ['2', 'true', `models:/${model}/2`],
          'outputs',
        );
        return outputs['uri'] ?? '';
      },
    );
    yield await needing('tag-status', 'tag-status writes, MLflow reads tags and description', async () => {
      await act('tag-status', {
        model,
        version: '1',
        status: 'approved',
        tags: 'team=risk\nnote=é, "quoted" | <b>',
        description: 'Q3 retrain, reviewed',
      });
      const version = (await readModel(server, model)).versions['1'];
      same(version?.description, 'Q3 retrain, reviewed', 'description');
      same(version?.tags['validation_status'], 'approved', 'status');
      same([version?.tags['team'], version?.tags['note']], ['risk', 'é, "quoted" | <b>'], 'tags');
      return Object.keys(version?.tags ?? {}).join(', ');
    });
    yield await needing('tag-status', 'MLflow writes a status, tag-status requires it', async () => {
      await callMlflow(server, [
        { do: 'tag_version', model, version: 2, key: 'validation_status', value: 'rejected' },
      ]);
      const gate = { model, version: '2', require: 'validation_status=approved' };
      const refused = await act('tag-status', gate, 1);
      same(refused.outputs['outcome'], 'blocked', 'outcome');
      await callMlflow(server, [
        { do: 'tag_version', model, version: 2, key: 'validation_status', value: 'approved' },
      ]);
      const passed = await act('tag-status', gate);
      same(passed.outputs['allowed'], 'true', 'allowed');
      return 'refused as rejected, passed as approved';
    });
    yield await needing('set-alias', 'set-alias sets, MLflow reads the alias and the record', async () => {
      const { outputs } = await act('set-alias', { model, alias: 'Champion', version: '1' });
      const read = await readModel(server, model);
      same(read.aliases, { champion: 1 }, 'aliases');
      const record = Object.keys(read.tags).filter((key) => key.startsWith('uc_promote_moves_'));
      if (record.length !== 1) throw new Error('MLflow sees no record of the move on the model');
      return `previous ${outputs['previous-version'] ?? ''}; ${record.join(', ')}`;
    });
    yield await needing(
      'set-alias',
      'MLflow moves the alias, set-alias moves it back and names what it found',
      async () => {
        await callMlflow(server, [{ do: 'set_alias', model, alias: 'champion', version: 2 }]);
        const stale = await act(
          'set-alias',
          { model, alias: 'Champion', version: '1', 'expected-version': '1' },
          1,
        );
        same(stale.outputs['outcome'], 'conflict', 'outcome when version 1 was expected');
        const { outputs } = await act('set-alias', {
          model,
          alias: 'Champion',
          version: '1',
          'expected-version': '2',
        });
        same([outputs['previous-version'], outputs['changed']], ['2', 'true'], 'outputs');
        same((await readModel(server, model)).aliases, { champion: 1 }, 'aliases');
        return '2 → 1';
      },
    );
    yield await needing(
      'set-alias',
      'set-alias deletes, MLflow finds nothing; MLflow deletes, set-alias expects none',
      async () => {
        await act('set-alias', { model, alias: 'Champion', delete: 'true' });
        same((await readModel(server, model)).aliases, {}, 'aliases after our delete');
        await callMlflow(server, [
          { do: 'set_alias', model, alias: 'Champion', version: 1 },
          { do: 'delete_alias', model, alias: 'Champion' },
        ]);
        await act('set-alias', { model, alias: 'Champion', version: '2', 'expected-version': 'none' });
        same((await readModel(server, model)).aliases, { champion: 2 }, 'aliases');
        return '';
      },
    );
    yield await needing('tag-status', 'tag-status removes tags, MLflow removes another', async () => {
      await act('tag-status', { model, version: '1', 'remove-tags': 'team' });
      const tags = async () => (await readModel(server, model)).versions['1']?.tags ?? {};
      same(
        [(await tags())['team'], (await tags())['note']],
        [undefined, 'é, "quoted" | <b>'],
        'tags that MLflow reads',
      );
      await callMlflow(server, [{ do: 'untag_version', model, version: 1, key: 'note' }]);
      const { outputs } = await act('tag-status', {
        model,
        version: '1',
        require: 'validation_status=approved',
      });
      const read = Object.entries(JSON.parse(outputs['tags'] ?? '') as Record<string, string>);
      same(read.sort(), Object.entries(await tags()).sort(), 'tags that tag-status reads');
      return outputs['tags'] ?? '';
    });
    yield await needing(
      'find-version',
      'find-version finds by alias and by tag what MLflow does',
      async () => {
        await callMlflow(server, [
          { do: 'set_alias', model, alias: 'Candidate', version: 1 },
          { do: 'tag_version', model, version: 1, key: 'cohort', value: 'q3' },
        ]);
        const byAlias = await act('find-version', { model, alias: 'candidate' });
        const byTag = await act('find-version', { model, where: 'cohort=q3' });
        const [response] = await callMlflow(server, [{ do: 'entities', model }]);
        const { aliased } = aliasedResponse.parse(response);
        const wantedVersion = aliased['Candidate']?.version ?? aliased['candidate']?.version;
        same(
          [byAlias.outputs['version'], byTag.outputs['version']],
          [wantedVersion, wantedVersion],
          'versions',
        );
        return `version ${wantedVersion ?? ''}`;
      },
    );
    yield await needing(
      'copy-version',
      "MLflow's copy and ours of one version are the same, but for what is told",
      async () => {
        const [theirs, ours] = ['staging.ml_team.copy_by_mlflow', 'staging.ml_team.copy_by_us'] as const;
        await callMlflow(server, [
          { do: 'describe', model, version: 2, description: 'Q4 retrain: é' },
          { do: 'tag_version', model, version: 2, key: 'team', value: 'risk' },
          { do: 'copy', source: `models:/${model}/2`, destination: theirs },
        ]);
        await act('copy-version', {
          source: `models:/${model}/2`,
          destination: ours,
          'create-destination': 'true',
        });
        const state = emulator.state().models;
        const [left, right] = [state[theirs]?.versions['1'], state[ours]?.versions['1']];
        if (left === undefined || right === undefined) throw new Error('a copy is not there');
        const { registered_model_meta: note, ...files } = left.files;
        if (note === undefined)
          throw new Error("MLflow's copy no longer has the note of its download: docs/compatibility.md");
        const reported = ({ description, source, runId, status, createdBy }: typeof left) => ({
          description,
          source,
          runId,
          status,
          createdBy,
        });
        same({ ...reported(right), files: right.files }, { ...reported(left), files }, 'fields of our copy');
        same(
          [left.tags['validation_status'], right.tags['validation_status']],
          ['approved', undefined],
          'validation_status',
        );
        same([left.tags['team'], right.tags['team']], ['risk', 'risk'], 'team');
        return `${Object.keys(files).length} files`;
      },
    );
    yield await check(
      `${suite}: nothing sent that the protocol does not know, and all by its dialect`,
      () => {
        if (dialect === 'native') requireNativeCreated(emulator);
        if (emulator.violations.length > 0) throw new Error(emulator.violations.slice(0, 3).join('; '));
        return `${emulator.requests.length} requests`;
      },
    );
  } finally {
    await emulator.close();
  }
}
