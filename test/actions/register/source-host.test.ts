import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../../emulator/index.ts';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { registerVersion } from '../../../src/actions/register-version.ts';
import { world, type ActionRun } from '../harness.ts';
import { addSources, LOGGED, RUN, SOURCES } from './sources.ts';

const READER = '0a0b0c0d-1111-4222-8333-444455556666';
const SOURCE_TOKEN = 'dapi-source-side-9f8e7d6c';

/** Registers what another workspace has, which knows only its own principal. */
async function fromElsewhere(source: string, isKnownHere = false): Promise<ActionRun> {
  const here = await world();
  if (isKnownHere) addSources(here.emulator);
  const elsewhere = await startEmulator({ seed: 'demo' });
  onTestFinished(() => elsewhere.close());
  const { metastore } = elsewhere;
  metastore.state.tokens.clear();
  metastore.state.workspaceId = '777';
  metastore.addServicePrincipal(READER, { displayName: 'source reader' });
  metastore.issueToken(READER, SOURCE_TOKEN);
  addSources(elsewhere);
  const before = elsewhere.state();
  const seen = await here.run(
    registerVersion,
    { source, destination: PROD, 'source-host': elsewhere.url, 'source-token': SOURCE_TOKEN },
    { secrets: [SOURCE_TOKEN, new URL(elsewhere.url).host] },
  );
  expect(elsewhere.state()).toEqual(before);
  expect(elsewhere.violations).toEqual([]);
  return seen;
}

const made = (seen: ActionRun) => seen.after.models[PROD]?.versions['2'];

test.each(Object.values(SOURCES))(
  '%s of another workspace, of which the destination knows nothing',
  async (source) => {
    const seen = await fromElsewhere(source);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(made(seen)).toMatchObject({ status: 'READY', runId: null, modelId: null });
  },
);

test('run and logged model are named where the destination knows them too', async () => {
  const seen = await fromElsewhere(SOURCES['logged model'], true);
  expect(made(seen)).toMatchObject({ status: 'READY', runId: RUN, modelId: LOGGED });
});

test('a version of a workspace registry is marked with the id of its workspace', async () => {
  const seen = await fromElsewhere(SOURCES['workspace version']);
  expect(made(seen)?.tags['uc_promote_origin']).toBe('workspace 777 models:/fraud/3');
});
