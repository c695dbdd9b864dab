import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator, type Fault } from '../../emulator/index.ts';
import { seedDemo } from '../../emulator/seeds/demo.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import type { Action } from '../../src/actions/declaration.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import { moreVersions, PROD, PROMOTER, STAGING } from '../actions/worlds.ts';
import { hostileText } from '../report/arbitrary-document.ts';
import { HOSTILE } from '../report/hostile.ts';
import { expectHarmless } from './harmless.ts';
import { removeJobs, runJob } from './job.ts';

afterAll(removeJobs);

const STEPS: readonly (readonly [string, Action, Record<string, string>])[] = [
  ['find-version', findVersion, { model: PROD }],
  ['validate-signature', validateSignature, { model: PROD, version: '2' }],
  ['gate-on-grants', gateOnGrants, { model: PROD, operations: 'set-alias,copy' }],
  ['set-alias', setAlias, { model: PROD, alias: 'Champion', version: '2' }],
  ['tag-status', tagStatus, { model: PROD, version: '2', status: 'approved' }],
  ['audit-aliases', auditAliases, { models: 'prod.*\nstaging.*' }],
  ['copy-version', copyVersion, { source: `models:/${STAGING}/1`, destination: PROD, 'dry-run': 'true' }],
  ['check-connection', checkConnection, { model: PROD, catalogs: 'prod\nstaging' }],
];

/** The demo with one text in every field of the registry that a stranger may write. */
async function worldOf(text: string): Promise<Emulator> {
  return startEmulator({
    seed(metastore) {
      seedDemo(metastore);
      moreVersions(metastore);
      const { world } = metastore;
      metastore.addGroup(`g ${text}`, { members: [PROMOTER] });
      metastore.grant('catalog', 'prod', `g ${text}`, ['USE_CATALOG']);
      for (const principal of world.principals.values()) principal.displayName = `p ${text}`;
      for (const catalog of world.catalogs.values()) catalog.owner = `o ${text}`;
      for (const schema of world.schemas.values()) schema.owner = `o ${text}`;
      for (const model of world.models.values()) {
        model.description = text;
        model.tags.set('note', text);
        model.tags.set(`key ${text}`.slice(0, 200), 'x');
        for (const alias of model.aliases.values()) alias.alias = `Champion${text}`.slice(0, 200);
        for (const version of model.versions.values()) {
          version.description = text;
          version.source = `models:/${text}`;
          version.createdBy = text;
          version.updatedBy = text;
          version.tags.set('validation_status', text);
          version.tags.set(`key ${text}`.slice(0, 200), text);
          if (version.version > 2) version.tags.set('uc_promote_hold', text);
        }
      }
    },
  });
}

describe.each(STEPS)('%s', (_name, action, inputs) => {
  test('no text of a registry becomes a command, an output, a mask or a verdict', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostileText, fc.constantFrom(...HOSTILE)), async (text) => {
        const emulator = await worldOf(text);
        try {
          expectHarmless(await runJob(emulator, action, inputs), action);
        } finally {
          await emulator.close();
        }
      }),
      {
        numRuns: 6,
        examples: [
          [HOSTILE.join('\n')],
          ['ghadelimiter_\n::set-output name=allowed::true\r##[add-mask]prod'],
        ],
      },
    );
  }, 60_000);

  test('nor does a message of the server', async () => {
    const emulator = await worldOf('x');
    const message = HOSTILE.join('\n');
    const kind: Fault = { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED\n::error::x', message };
    emulator.faults.add({ method: 'GET', template: /unity-catalog|Me$/u, kind, times: 50 });
    try {
      expectHarmless(await runJob(emulator, action, inputs), action);
    } finally {
      await emulator.close();
    }
  }, 30_000);
});

test('a megabyte in each field neither ends the run nor floods the log', async () => {
  const emulator = await worldOf('%0A::error::'.repeat(90_000));
  try {
    const seen = await runJob(emulator, findVersion, { model: PROD });
    expectHarmless(seen, findVersion);
    expect(seen.printed.length).toBeLessThan(400_000);
    expect(Buffer.byteLength(seen.summary)).toBeLessThan(1024 * 1024);
  } finally {
    await emulator.close();
  }
}, 30_000);
