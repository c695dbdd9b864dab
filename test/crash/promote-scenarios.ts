import { fileURLToPath } from 'node:url';
import type { Metastore, MetastoreSnapshot } from '../../emulator/index.ts';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { addValidationJob, NODE_AS_PYTHON, PASSES } from '../actions/validating-jobs.ts';
import { addLargeVersion } from '../actions/copy/large-models.ts';
import type { Aftermath, Meddler, Point, Scenario } from './scenario.ts';

const TOKEN = 'emulator-promoter';
const ALIAS = 'Champion';

/** A promotion while somebody else writes into the copy, as long as it can be written. */
export function meddledCopy(does: 'exchanges' | 'adds'): Scenario {
  return promotionScenario(`promotion (somebody ${does} a file of the copy)`, 1, {
    meddler: { does: `${does} a file`, act: does === 'exchanges' ? exchange('model.pkl') : add },
  });
}

/** The same with a file of 53 MiB, which is sent in parts and not read twice. */
export function meddledLargeCopy(): Scenario {
  return promotionScenario('promotion (somebody exchanges a large file of the copy)', 3, {
    prepare: (metastore) => void addLargeVersion(metastore, 53),
    meddler: { does: 'exchanges a large file', act: exchange('weights/0.bin') },
    // The last that happens to a pending version.
    wants: ({ path }: Point) => /\/prod\/.*\/2\/MLmodel$|\/finalize$|complete-upload/u.test(path),
  });
}

/** A promotion while somebody else takes its source away from under it. */
export function meddledSource(does: keyof typeof OF_SOURCE): Scenario {
  return promotionScenario(`promotion (somebody ${does} the source)`, 1, {
    meddler: { does: `${does} the source`, act: OF_SOURCE[does] },
    // What is done to the source once the alias is decided on comes too late for this run.
    wants: ({ method, path }: Point) =>
      /model-versions\/(?:create|finalize)$/u.test(path) || (method === 'PUT' && path.includes('/fs/files/')),
  });
}

/** A promotion whose copy a job validates; tries of one attempt share its run. */
export function validatedPromotion(): Scenario {
  const scenario = promotionScenario('promotion (validated by a job)', 1, {
    prepare: (metastore) => void addValidationJob(metastore, PASSES),
    // How often the run is looked at depends on how long it takes.
    wants: ({ path, occurrence }: Point) =>
      (path.startsWith('/api/2.2/jobs/') && occurrence === 0) || path.endsWith('/finalize'),
    sharesStrikes: true,
  });
  return {
    ...scenario,
    // A fake clock runs ahead of the process of the job.
    inputs: { ...scenario.inputs, 'validate-job': 'Validate', 'validate-timeout': '8h' },
    emulator: { jobs: { python: process.execPath } },
    sameAttempt: true,
    faultsOf: (aftermath) => [...scenario.faultsOf(aftermath), ...validationFaults(aftermath)],
  };
}

/** The same with a script of the repository, which is put into the workspace and taken away again. */
export function scriptPromotion(next: 'same attempt' | 'next attempt'): Scenario {
  const scenario = promotionScenario(`promotion (validated by a script, ${next})`, 1, {
    wants: ({ path, occurrence }: Point) =>
      (path.startsWith('/api/2.2/jobs/') && occurrence === 0) || path.startsWith('/api/2.0/workspace/'),
    sharesStrikes: true,
  });
  return {
    ...scenario,
    inputs: { ...scenario.inputs, 'validate-job': `file: ${SCRIPT}`, 'validate-timeout': '8h' },
    emulator: { jobs: NODE_AS_PYTHON },
    sameAttempt: next === 'same attempt',
    faultsOf: (aftermath) => [
      ...scenario.faultsOf(aftermath),
      ...validationFaults(aftermath, next === 'same attempt' ? 1 : 2),
      ...aftermath.leftFiles.map((path) => `${path} was left in the workspace.`),
    ],
  };
}

/** JavaScript, which {@link NODE_AS_PYTHON} runs. */
const SCRIPT = fileURLToPath(new URL('../fixtures/validate-script.py', import.meta.url));

/** What is wrong with the runs of the job: one judges the copy, and nothing is live that none has passed. */
function validationFaults({ between, before, jobRuns }: Aftermath, most = 1): string[] {
  const isRight = jobRuns.length >= 1 && jobRuns.length <= most;
  const faults = isRight ? [] : [`There are ${jobRuns.length} runs of the job.`];
  const passed = jobRuns
    .filter(({ code }) => code === 'SUCCESS')
    .map(({ values }) => values['model_version']);
  const live = between.models[PROD]?.aliases[ALIAS];
  if (live !== before.models[PROD]?.aliases[ALIAS] && !passed.includes(String(live)))
    faults.push(`Version ${live ?? 'none'} is live, and no run passed it.`);
  return faults;
}

/** The version that is written now, if any: pending, and not being finalized. */
function writable(metastore: Metastore) {
  const versions = [...(metastore.state.models.get(PROD)?.versions.values() ?? [])];
  return versions.find((each) => each.status === 'PENDING_REGISTRATION' && each.finalizing === undefined);
}

function exchange(path: string): Meddler['act'] {
  return (metastore) => {
    const file = writable(metastore)?.files.get(path);
    if (file !== undefined) {
      file.content = { kind: 'generated', seed: 99, offset: 0, size: file.content.size };
      delete file.sha256;
    }
    return undefined;
  };
}

const add: Meddler['act'] = (metastore) => {
  const content = { kind: 'generated', seed: 99, offset: 0, size: 9 } as const;
  writable(metastore)?.files.set('code/evil.py', { content, modified: 0, contentType: 'text/x-python' });
  return undefined;
};

/** What is done to the source, and undone for the run that is judged. */
const OF_SOURCE = {
  deletes: (metastore) => {
    const versions = metastore.state.models.get(STAGING)?.versions;
    const version = versions?.get(1);
    versions?.delete(1);
    return () => {
      if (version !== undefined) versions?.set(1, version);
    };
  },
  holds: (metastore) => tagged(metastore, 'uc_promote_hold', 'incident 7'),
  rejects: (metastore) => tagged(metastore, 'validation_status', 'rejected'),
} as const satisfies Record<string, Meddler['act']>;

function tagged(metastore: Metastore, key: string, value: string): () => void {
  const tags = metastore.state.models.get(STAGING)?.versions.get(1)?.tags;
  const before = tags?.get(key);
  tags?.set(key, value);
  return () => {
    if (before === undefined) tags?.delete(key);
    else tags?.set(key, before);
  };
}

function promotionScenario(
  name: string,
  source: number,
  world: Pick<Scenario, 'prepare' | 'wants' | 'meddler' | 'sharesStrikes'>,
): Scenario {
  return {
    ...world,
    name,
    action: 'promote',
    inputs: {
      registry: 'databricks',
      source: `models:/${STAGING}/${source}`,
      destination: PROD,
      alias: ALIAS,
    },
    token: TOKEN,
    faultsOf: (aftermath) => promotionFaults(aftermath, source, name.includes('the source')),
  };
}

/** What must hold of a promotion, whatever happened on the way: at no time is anything else live than what was before, or the source. */
function promotionFaults(aftermath: Aftermath, source: number, isOfSource: boolean): string[] {
  const { before, between, after, struck, isMeddled } = aftermath;
  const wanted = JSON.stringify(before.models[STAGING]?.versions[String(source)]?.files);
  const faults = [
    ...liveFaults('After the first run', before, between, wanted),
    ...liveFaults('In the end', before, after, wanted),
  ];
  if (after.models[PROD]?.aliases[ALIAS] === before.models[PROD]?.aliases[ALIAS])
    faults.push('The alias was not moved in the end.');
  const stood = between.models[PROD]?.aliases[ALIAS] === before.models[PROD]?.aliases[ALIAS];
  if (isMeddled && isOfSource && !stood)
    faults.push('The alias was moved to the copy of a source that is no more.');
  if (isMeddled && isOfSource && !['conflict', 'blocked'].includes(struck?.outcome ?? ''))
    faults.push(`The run ended ${struck?.outcome ?? 'by a kill'}: ${struck?.said ?? ''}`);
  return faults;
}

/** What is wrong with what is live, and with copies that may go live. */
function liveFaults(at: string, before: MetastoreSnapshot, now: MetastoreSnapshot, wanted: string): string[] {
  const known = before.models[PROD]?.versions ?? {};
  const live = now.models[PROD]?.aliases[ALIAS];
  const faults: string[] = [];
  for (const version of Object.values(now.models[PROD]?.versions ?? {})) {
    const isLive = version.version === live;
    if (known[String(version.version)] !== undefined || version.status !== 'READY') {
      if (isLive && version.status !== 'READY') faults.push(`${at} a version is live that is not READY.`);
      continue;
    }
    const isWhole = JSON.stringify(version.files) === wanted;
    const isHeld = version.tags['uc_promote_hold'] !== undefined;
    if (isLive && (!isWhole || isHeld)) faults.push(`${at} version ${version.version} is live and wrong.`);
    if (!isWhole && !isHeld) faults.push(`${at} version ${version.version} is wrong and not on hold.`);
    if (isLive && version.tags['uc_promote_digest'] === undefined)
      faults.push(`${at} version ${version.version} is live without a digest.`);
  }
  return faults;
}
