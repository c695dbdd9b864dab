import { counted } from '../domain/count.ts';
import { faultSentence } from '../domain/input-fault.ts';
import type { FileEntry } from '../domain/file-entry.ts';
import { decide, type Decision, type Finding } from '../domain/decision.ts';
import { formatFullName, sameFullName, type FullName, type Naming } from '../domain/full-name.ts';
import { matchesGlob } from '../domain/glob.ts';
import type { ModelExtras, RegisteredModel, Tag } from '../domain/model.ts';
import type { DeploymentJobEffect } from '../plan/effect.ts';
import { isBoundTag, isPrivateTag, TAG_KEYS, type TagRules } from '../domain/tag-keys.ts';
import { show } from '../domain/printable.ts';

/** A file that MLflow's own download writes into the folder; no part of the model (uc-protocol §7). */
const STRAY_FILE = 'registered_model_meta';

/** Our records on every copy, beside those of a moment. */
const RECORDS = [TAG_KEYS.origin, TAG_KEYS.run, TAG_KEYS.digest, TAG_KEYS.listing] as const;

/** What a copy may get of ours: its records, and one of a moment, a hold until it is verified. */
const OWN_TAGS = RECORDS.length + 1;

/** How the places of source and destination lie to each other. `unknown`: the catalogs could not be seen. */
export type WorkspaceRelation = 'one-workspace' | 'one-metastore' | 'two-metastores' | 'unknown';

/** What a copy is decided on. */
export interface CopyFacts {
  readonly source: {
    readonly uri: string;
    readonly tags: readonly Tag[];
    /** The model that it is a version of, in a registry like the destination's. */
    readonly name?: FullName | undefined;
  };
  readonly relation: WorkspaceRelation;
  readonly files: readonly FileEntry[];
  readonly destination: FullName;
  /** The largest file that the destination takes in one request, in bytes. */
  readonly maxFileSize: number;
  /** The largest file that may pass in parts, where the storage takes them, in bytes; 0 where none does. */
  readonly maxInParts: number;
  /** How the destination's registry names models, and what it says of tags. */
  readonly rules: { readonly names: Naming; readonly tags: TagRules | 'none' };
}

/** What the user wants of a copy beside source and destination. */
export interface CopyOptions {
  /** Patterns of tag keys; `*` matches any run of characters, and never MLflow's bookkeeping. */
  readonly copyTags: readonly string[];
  /** Keys that gates read: what they ask for is earned by each version, so that such a tag travels by no pattern. */
  readonly statusKeys: readonly string[];
}

/** What travels, and what is to be said about the copy. */
export interface CopyDecision extends Decision {
  readonly files: readonly FileEntry[];
  readonly filesLeftBehind: readonly FileEntry[];
  readonly tags: readonly Tag[];
  readonly tagsLeftBehind: readonly Tag[];
}

/** The files that belong to a model, of those in its folder. */
export function modelFiles(files: readonly FileEntry[]): FileEntry[] {
  return files.filter(({ path }) => path !== STRAY_FILE);
}

/** Decides whether a version can be copied, and what of it travels. */
export function decideCopy(request: CopyOptions, facts: CopyFacts): CopyDecision {
  const files = modelFiles(facts.files);
  const tags = facts.source.tags.filter(({ key }) => travels(key, request));
  const decision = decide([
    ...destinationFindings(facts),
    ...fileFindings(facts, files),
    ...boundFindings(request, facts.source.tags),
    ...tagFindings(tags, facts.rules.tags),
  ]);
  return {
    ...decision,
    files,
    filesLeftBehind: facts.files.filter((file) => !files.includes(file)),
    tags,
    tagsLeftBehind: facts.source.tags.filter((tag) => !tags.includes(tag)),
  };
}

/** The tags that a new copy has when it is made; the values of our own records are known only then. */
export function carriedTags({ tags }: CopyDecision): Tag[] {
  return [...tags, ...RECORDS.map((key) => ({ key, value: '' }))];
}

function travels(key: string, { copyTags, statusKeys }: CopyOptions): boolean {
  if (isBoundTag(key, statusKeys)) return false;
  return copyTags.some((pattern) =>
    pattern.includes('*') ? !isPrivateTag(key) && matchesGlob(pattern, key) : pattern === key,
  );
}

/** Tags that are named one by one and stay behind all the same. */
function boundFindings({ copyTags, statusKeys }: CopyOptions, tags: readonly Tag[]): Finding[] {
  return tags
    .filter(({ key }) => copyTags.includes(key) && isBoundTag(key, statusKeys))
    .map(({ key }) => ({
      code: 'tag-bound',
      severity: 'warning',
      message: `copy-tags names ${show(key, 60)}, which is never copied because it describes the source, not the copy.`,
      fix: 'Remove it from copy-tags. To set it on the copy, use tag-status or set-status.',
    }));
}

function destinationFindings({ source, relation, destination, rules }: CopyFacts): Finding[] {
  if (source.name === undefined) return [];
  if (sameFullName(source.name, destination, rules.names) && relation !== 'two-metastores') {
    const same = relation === 'one-metastore' ? ' (the two workspaces share a metastore)' : '';
    const unseen =
      relation === 'unknown'
        ? ' (the catalogs could not be read, so the two workspaces may share a metastore)'
        : same;
    const problem = `it is the same model as the source, ${formatFullName(destination)}${unseen}.`;
    return [
      {
        code: 'copy-onto-itself',
        severity: 'error',
        message: faultSentence({ input: 'destination', problem }),
        fix: 'Use another destination. To mark a version of this model, use set-alias.',
      },
    ];
  }
  return [];
}

const SHARDS = 'Save the model in smaller files (shards)';

function fileFindings(
  { source, maxFileSize, maxInParts }: CopyFacts,
  files: readonly FileEntry[],
): Finding[] {
  const uri = show(source.uri, 300);
  if (files.length === 0) {
    return [
      {
        code: 'no-files',
        severity: 'error',
        message: `${uri} has no files.`,
        fix: 'Register the model again.',
      },
    ];
  }
  return files
    .filter(({ size }) => size > maxFileSize)
    .map(({ path, size }): Finding => {
      const message = `The file ${show(path)} of ${uri} has ${size} bytes; the workspace accepts at most ${maxFileSize} per file`;
      if (size > maxInParts) {
        const parts = maxInParts === 0 ? '' : `, and in parts at most ${maxInParts}`;
        return {
          code: 'file-too-large',
          severity: 'error',
          message: `${message}${parts}.`,
          fix: `${SHARDS}.`,
        };
      }
      const only = `${message}, so it can only be sent in parts directly to the storage, with signed URLs or temporary credentials. If the storage refuses the machine that copies, the copy fails before any other file is sent.`;
      const fix = `${SHARDS}, or copy it from where the storage allows it: a runner in its network, or a run in the workspace (engine: workspace).`;
      return { code: 'file-needs-parts', severity: 'note', message: only, fix };
    });
}

function tagFindings(tags: readonly Tag[], rules: TagRules | 'none'): Finding[] {
  const perObject = rules === 'none' ? undefined : rules.perObject;
  if (perObject === undefined || tags.length + OWN_TAGS <= perObject) return [];
  return [
    {
      code: 'tag-count',
      severity: 'error',
      message: `${counted(tags.length, 'tag')} would be copied and ${OWN_TAGS} are added; at most ${perObject} are allowed on one version.`,
      fix: 'Name fewer tags in copy-tags.',
    },
  ];
}

/** The deployment job that a new version of the destination starts; undefined where it starts none. */
export function jobOf(
  {
    model,
    extras,
  }: { readonly model: RegisteredModel | undefined; readonly extras: ModelExtras | undefined },
  destination: FullName,
): DeploymentJobEffect | undefined {
  const job = extras?.deploymentJobId;
  if (job === undefined) return undefined;
  return { kind: 'deployment-job', model: destination, job, runsAs: model?.owner ?? null };
}

/** What is to be said of a job that a new version starts. */
export function decideJob({ model, job, runsAs }: DeploymentJobEffect): Decision {
  const owner = runsAs === null ? 'the owner of the model' : `its owner, ${show(runsAs, 80)}`;
  return decide([
    {
      code: 'deployment-job',
      severity: 'warning',
      message: `A new version of ${formatFullName(model)} starts the deployment job ${show(job, 40)} with the credentials of ${owner}.`,
      fix: 'If this is not intended, disconnect the job from the model first.',
    },
  ]);
}
