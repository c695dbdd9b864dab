import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/index.ts';
import { moreVersions, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { checkConnection } from '../../src/actions/check-connection.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import { linkableText } from '../../scripts/read-summary.ts';
import { world, type ActionBench } from '../actions/harness.ts';

const HERE = '?o=4242424242424242';
const ON = { 'workspace-url': 'true' };
const COPY = { source: `models:/${STAGING}/1`, destination: PROD };

const pageOf = (name: string, version?: number): string =>
  `/explore/data/models/${name.replaceAll('.', '/')}${version === undefined ? '' : `/version/${version}`}`;

/** What stands beside an address: everything of the summary's links into a workspace. */
function linksIn(summary: string): string[] {
  const line = /^<p><strong>In the workspace:<\/strong>.*$/mu.exec(summary)?.[0] ?? '';
  return [...line.matchAll(/<a href="(?<href>[^"]*)">/gu)].map(({ groups }) => groups?.['href'] ?? '');
}

interface Case {
  readonly action: Action;
  readonly inputs: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  readonly prepare?: (bench: ActionBench) => void;
}

// The harness throws where the host stands anywhere but in the links that a case names, each of them once.
const CASES: readonly Case[] = [
  { action: checkConnection, inputs: {}, paths: [] },
  { action: findVersion, inputs: { model: PROD }, paths: [pageOf(PROD, 1)] },
  {
    action: validateSignature,
    inputs: { model: PROD, version: '1' },
    paths: [pageOf(PROD), pageOf(PROD, 1)],
  },
  { action: gateOnGrants, inputs: { model: PROD, operations: 'set-alias' }, paths: [pageOf(PROD)] },
  {
    action: copyVersion,
    inputs: COPY,
    prepare: ({ emulator }) => {
      emulator.metastore.model(PROD).deploymentJobId = '987654321';
    },
    paths: [pageOf(PROD), pageOf(PROD, 2), pageOf(STAGING, 1), '/jobs/987654321'],
  },
  {
    action: tagStatus,
    inputs: { model: PROD, version: '1', status: 'approved' },
    paths: [pageOf(PROD), pageOf(PROD, 1)],
  },
  {
    action: setAlias,
    inputs: { model: PROD, alias: 'Champion', version: '2' },
    prepare: ({ emulator }) => moreVersions(emulator.metastore),
    paths: [pageOf(PROD), pageOf(PROD, 1), pageOf(PROD, 2)],
  },
  {
    action: promote,
    inputs: { ...COPY, 'require-status': 'approved', compatibility: 'none' },
    paths: [pageOf(PROD), pageOf(PROD, 1), pageOf(PROD, 2), pageOf(STAGING, 1)],
  },
  {
    action: auditAliases,
    inputs: { models: 'prod.*', require: 'validation_status=approved', 'fail-on': 'never' },
    paths: [pageOf(PROD)],
  },
];

describe.each(CASES)('$action.name', ({ action, inputs, paths, prepare }) => {
  test('links what it is about to the workspace, where that is allowed', async () => {
    const bench = await world();
    prepare?.(bench);
    const links = paths.map((path) => `${bench.emulator.url}${path}${HERE}`);
    const { summary } = await bench.run(action, { ...inputs, ...ON }, { links });
    expect(linksIn(summary)).toEqual(links);
  });

  test.each([{}, { 'workspace-url': 'false' }, { 'workspace-url': '' }])(
    'and names no host where it is not: %j',
    async (given) => {
      const bench = await world();
      prepare?.(bench);
      const { summary } = await bench.run(action, { ...inputs, ...given });
      expect(linksIn(summary)).toEqual([]);
      expect(summary).not.toContain('In the workspace');
    },
  );
});

test('a source elsewhere is linked where it is', async () => {
  const { run, emulator } = await world();
  const elsewhere = await startEmulator({ seed: 'demo' });
  onTestFinished(() => elsewhere.close());
  elsewhere.metastore.state.workspaceId = '777';
  const links = [
    ...[pageOf(PROD), pageOf(PROD, 2)].map((path) => `${emulator.url}${path}${HERE}`),
    `${elsewhere.url}${pageOf(STAGING, 1)}?o=777`,
  ];
  const source = { 'source-host': elsewhere.url, 'source-token': 'emulator-promoter' };
  const withheld = { links, secrets: [new URL(elsewhere.url).host, 'emulator-promoter'] };
  const seen = await run(copyVersion, { ...COPY, ...source, ...ON }, withheld);
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  expect(linksIn(seen.summary)).toEqual(links);
});

describe('what a stranger named', () => {
  test.each([
    ['"><svg>', '%22%3E%3Csvg%3E'],
    ["m'](javascript:alert(1))", 'm%27%5D%28javascript%3Aalert%281%29%29'],
    ['?next=@team#1', '%3Fnext%3D%40team%231'],
  ])('%s is encoded in the address, and text beside it', async (model, encoded) => {
    const { run, emulator } = await world();
    const name = `staging.ml_team.${model}`;
    emulator.metastore.createModel(name);
    emulator.metastore.addVersion(name);
    const links = [pageOf(STAGING, 2), pageOf(`staging.ml_team.${encoded}`, 1)].map(
      (path) => `${emulator.url}${path}${HERE}`,
    );
    const { summary, blocks } = await run(findVersion, { model: 'staging.ml_team.*', ...ON }, { links });
    expect(linksIn(summary).sort()).toEqual([...links].sort());
    const line = blocks.find((block) => block.kind === 'paragraph' && /In the workspace/u.test(block.text));
    expect(line?.kind === 'paragraph' && line.text).toContain(`${name}/1`);
    expect(linkableText(summary).join('')).not.toMatch(/@\w|#\d|:\/\/|javascript:/u);
  });

  test('a name that is a secret of the run is not linked', async () => {
    const { run, emulator } = await world();
    const secret = 'dapi-0123456789';
    emulator.metastore.createModel(`staging.ml_team.${secret}`);
    emulator.metastore.addVersion(`staging.ml_team.${secret}`);
    const links = [`${emulator.url}${pageOf(STAGING, 2)}${HERE}`];
    const environment = { INPUT_TOKEN: 'emulator-promoter', 'INPUT_AZURE-CLIENT-SECRET': secret };
    const seen = await run(
      findVersion,
      { model: 'staging.ml_team.*', 'auth-type': 'pat', ...ON },
      { links, environment },
    );
    expect(linksIn(seen.summary)).toEqual(links);
  });
});
