import { onTestFinished } from 'vitest';
import { GOOD_FILES, moreVersions, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import type { ActionBench, RunOptions } from '../actions/harness.ts';
import { startGitHub } from '../github/stub.ts';
import type { PageCase } from './page-case.ts';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const TOKEN = 'ghs_0123456789abcdefghij';
const DUTIES = {
  'require-distinct': 'trainer != approver\nrequester != approver',
  people: 'ada = ada@example.com\ngrace = grace@example.com',
  'approval-environment': 'production',
  'github-token': TOKEN,
};

/** A GitHub whose run 4242 somebody approved. */
async function approvedBy(login: string): Promise<RunOptions> {
  const github = await startGitHub();
  onTestFinished(() => github.close());
  github.addRun('acme/models', '4242');
  github.addToken(TOKEN, ['actions: read']);
  github.addEnvironment('acme/models', 'production', {
    reviewers: [{ team: 'release' }],
    adminsMayBypass: false,
  });
  github.addEnvironment('acme/models', 'prodution', {});
  github.review('4242', { login, environments: ['production'] });
  return { environment: { GITHUB_API_URL: github.url } };
}

/** The model of production with as many aliases as the documentation allows. */
function fullOfAliases({ emulator }: ActionBench): void {
  const { aliases } = emulator.metastore.model(PROD);
  for (let number = aliases.size; number < 10; number += 1)
    emulator.metastore.setAlias(PROD, `Region-${number}`, 1);
}

/** The model of production has a deployment job. */
function withJob({ emulator }: ActionBench): void {
  emulator.metastore.model(PROD).deploymentJobId = '987654321';
}

/** What a registry cannot do, what a rule of people forbids, what starts by itself, what is full, and who came first. */
export const RULE_PAGES: readonly PageCase[] = [
  {
    title: 'gate-on-grants cannot run at a registry without grants',
    action: gateOnGrants,
    inputs: { model: PROD, operations: 'set-alias', registry: 'mlflow' },
  },
  {
    title: 'tag-status cannot run at a registry without tags',
    action: tagStatus,
    inputs: { model: PROD, version: '1', status: 'approved', registry: 'unity-catalog' },
  },
  {
    title: 'promote is approved by somebody else',
    action: promote,
    inputs: { ...COPY, ...DUTIES },
    prepare: () => approvedBy('grace'),
  },
  {
    title: 'promote is approved by who asked for it',
    action: promote,
    inputs: { ...COPY, ...DUTIES },
    prepare: () => approvedBy('ada'),
  },
  {
    title: 'gate-on-grants is approved by who asked for it',
    action: gateOnGrants,
    inputs: { ...COPY, operations: 'copy', ...DUTIES },
    prepare: () => approvedBy('ada'),
  },
  {
    title: 'promote names an environment that nobody has to approve',
    action: promote,
    inputs: { ...COPY, 'approval-environment': 'prodution', 'github-token': TOKEN },
    prepare: () => approvedBy('grace'),
  },
  {
    title: 'promote does not know for whom a bot asked',
    action: promote,
    inputs: { ...COPY, ...DUTIES },
    prepare: async () => {
      const { environment } = await approvedBy('grace');
      return { environment: { ...environment, GITHUB_ACTOR: 'github-merge-queue[bot]' } };
    },
  },
  {
    title: 'promote starts a deployment job',
    action: promote,
    inputs: COPY,
    prepare: withJob,
  },
  {
    title: 'promote plans to start a deployment job',
    action: promote,
    inputs: { ...COPY, 'dry-run': 'true' },
    prepare: withJob,
  },
  {
    title: 'promote finds no room for one more alias',
    action: promote,
    inputs: { ...COPY, alias: 'Eleventh' },
    prepare: fullOfAliases,
  },
  {
    title: 'set-alias is refused by the limit of aliases',
    action: setAlias,
    inputs: { model: PROD, alias: 'Eleventh', version: '1' },
    prepare: fullOfAliases,
  },
  {
    title: 'promote is refused by the limit of versions',
    action: promote,
    inputs: COPY,
    prepare: ({ emulator }) => {
      emulator.metastore.state.quotas = { versionsOfModel: 1 };
    },
  },
  {
    title: 'set-alias finds that a run moved the alias',
    action: setAlias,
    inputs: { model: PROD, alias: 'Champion', version: '7', 'expected-version': '1' },
    prepare: async ({ emulator, run }) => {
      moreVersions(emulator.metastore);
      emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
      await run(setAlias, { model: PROD, alias: 'Champion', version: '2' });
      return undefined;
    },
  },
  {
    title: 'promote finds that somebody moved the alias by hand',
    action: promote,
    inputs: { ...COPY, 'expected-version': '1' },
    prepare: ({ emulator }) => {
      moreVersions(emulator.metastore);
      emulator.metastore.setAlias(PROD, 'Champion', 2);
    },
  },
];
