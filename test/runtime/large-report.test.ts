import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/index.ts';
import { GOOD_FILES } from '../../emulator/seeds/demo-models.ts';
import { promoter, seedDemo } from '../../emulator/seeds/demo.ts';
import { TOKENS } from '../actions/harness.ts';
import { startStep } from './step.ts';

const MODELS = 10;
const ALIASES = 10;
const TAGS = 400;

/** MB of objects, beside which Node itself takes some 90: together below the 256 that an audit is promised to take. */
const HEAP_MB = 96;

/** Tags whose values repeat a secret, so that it stands in thousands of findings, at every place of the file's pieces. */
const ECHOES = Object.fromEntries(
  Array.from({ length: 40 }, (_, tag) => [`a_tag_that_is_missing_${tag}`, `not ${TOKENS.promoter}`]),
);

test('an audit with 40,000 findings ends within a small heap, and its report has every one of them', async () => {
  const emulator = await startEmulator({
    seed: (metastore) => {
      seedDemo(metastore);
      metastore.createCatalog('audited');
      metastore.grant('catalog', 'audited', promoter, ['USE_CATALOG', 'USE_SCHEMA', 'EXECUTE']);
      metastore.createSchema('audited.ml_team');
      for (let model = 0; model < MODELS; model += 1) {
        const name = `audited.ml_team.model_${model}`;
        metastore.createModel(name, {});
        metastore.addVersion(name, { files: GOOD_FILES, tags: ECHOES });
        for (let alias = 0; alias < ALIASES; alias += 1) metastore.setAlias(name, `alias_${alias}`, 1);
      }
    },
  });
  onTestFinished(() => emulator.close());
  const step = await startStep(
    emulator,
    'audit-aliases',
    {
      models: 'audited.ml_team.*',
      require: Array.from({ length: TAGS }, (_, tag) => `a_tag_that_is_missing_${tag}=yes`).join('\n'),
      'require-signature': 'off',
      rate: '20',
      'max-in-flight': '12',
    },
    { NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` },
  );
  const ended = await step.end();
  const findings = MODELS * ALIASES * TAGS;
  expect(ended.printed).not.toContain('heap out of memory');
  expect(ended.outputs).toMatchObject({ outcome: 'blocked', count: String(findings), cut: 'findings' });
  const { checks = [], outputs = {} } = ended.report ?? {};
  expect(checks.find(({ name }) => name === 'Aliases')?.decision?.findings.length).toBe(findings);
  expect((JSON.parse(outputs['findings'] ?? '') as object[]).length).toBe(findings);
  // That the secret stands nowhere, the step itself sees to.
  expect(outputs['findings']?.split('=not ***').length).toBe(MODELS * ALIASES * 40 + 1);
  expect(Buffer.byteLength(ended.summary)).toBeLessThan(1024 ** 2);
}, 60_000);
