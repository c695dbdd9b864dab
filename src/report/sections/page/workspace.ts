import { formatFullName, type FullName } from '../../../domain/full-name.ts';
import { show } from '../../../domain/printable.ts';
import type { LinkedWorkspace, LinkedWorkspaces, WorkspacePages } from '../../../domain/workspace-pages.ts';
import type { Effect } from '../../../plan/effect.ts';
import type { Evidence } from '../../../plan/evidence.ts';
import type { NamedVersion, Subject } from '../../subject.ts';

/** A page of a workspace: who writes it decides whether its address may be shown. */
export interface WorkspaceLink {
  readonly text: string;
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
}

/** What a link leads to. */
interface Target {
  readonly text: string;
  readonly isOfSource?: true;
  path(this: void, pages: WorkspacePages): string | undefined;
}

/** Links of one page; a search and an audit may be about thousands of models. */
const MAX_LINKS = 10;

/** The pages of what a run was about, in the workspaces that may be linked, of the jobs that it sets off or that judge it, and of the endpoints that serve it. */
export function workspaceLinks(
  subject: Subject | undefined,
  { effects, evidence }: { readonly effects: readonly Effect[]; readonly evidence: readonly Evidence[] },
  workspaces: LinkedWorkspaces,
): WorkspaceLink[] {
  const targets = [
    ...(subject === undefined ? [] : targetsOf(subject)),
    ...effects.map(effectTarget),
    ...evidence.flatMap(validationTargets),
  ];
  return targets.slice(0, MAX_LINKS).flatMap((target) => {
    const workspace = target.isOfSource
      ? (workspaces.source ?? workspaces.destination)
      : workspaces.destination;
    return workspace === undefined ? [] : linkTo(target, workspace);
  });
}

function linkTo({ text, path }: Target, { origin, pages }: LinkedWorkspace): WorkspaceLink[] {
  const found = path(pages);
  return found === undefined ? [] : [{ text, origin, path: found }];
}

function targetsOf(subject: Subject): Target[] {
  switch (subject.kind) {
    case 'move': {
      const { name, now, to, copy, source } = subject;
      const numbers = [now, copy?.version, to].filter((each) => typeof each === 'number');
      return [
        modelTarget(name),
        ...[...new Set(numbers)].map((version) => versionTarget({ name, version })),
        ...sourceTargets(source),
      ];
    }
    case 'copy': {
      const { destination, copy, source } = subject;
      const made = copy === undefined ? [] : [versionTarget({ name: destination, version: copy.version })];
      return [modelTarget(destination), ...made, ...sourceTargets(source)];
    }
    case 'labels':
    case 'validation':
    case 'download':
    case 'signature': {
      const { name, version } = subject;
      return [modelTarget(name), ...(version === undefined ? [] : [versionTarget({ name, version })])];
    }
    case 'search':
      return (subject.found ?? []).map((found) =>
        versionTarget(found, `${formatFullName(found.name)}/${found.version}`),
      );
    case 'clean-up':
    case 'model':
      return [modelTarget(subject.name)];
    case 'rights':
      return subject.models.map((name) => modelTarget(name, formatFullName(name)));
    case 'audit':
      return subject.faulty.map((name) => modelTarget(name, formatFullName(name)));
    case 'pins':
      return subject.models.map((name) => modelTarget(name, formatFullName(name)));
    case 'serving': {
      const { name, version, endpoints } = subject;
      return [
        modelTarget(name),
        ...(version === undefined ? [] : [versionTarget({ name, version })]),
        ...endpoints.map(endpointTarget),
      ];
    }
    case 'connection':
      return [];
  }
}

function modelTarget(name: FullName, text = 'model'): Target {
  return { text, path: (pages) => pages.model(name) };
}

function versionTarget({ name, version }: NamedVersion, text = `version ${version}`): Target {
  return { text, path: (pages) => pages.version(name, version) };
}

function sourceTargets(source: NamedVersion | undefined): Target[] {
  if (source === undefined) return [];
  return [{ ...versionTarget(source, `source version ${source.version}`), isOfSource: true }];
}

function validationTargets(evidence: Evidence): Target[] {
  if (evidence.kind !== 'validation' || evidence.job === undefined) return [];
  const { id, run } = evidence.job;
  if (id === null) return [];
  return run === null
    ? [{ text: `validation job ${id}`, path: (pages) => pages.job(id) }]
    : [{ text: `run ${run}`, path: (pages) => pages.run(id, run) }];
}

function effectTarget(effect: Effect): Target {
  switch (effect.kind) {
    case 'deployment-job':
      return { text: `deployment job ${effect.job}`, path: (pages) => pages.job(effect.job) };
    case 'triggered-job':
      return { text: `job ${show(effect.name, 60)}`, path: (pages) => pages.job(effect.job) };
    case 'endpoint':
      return endpointTarget(effect.endpoint);
  }
}

function endpointTarget(name: string): Target {
  return { text: `endpoint ${show(name, 80)}`, path: (pages) => pages.endpoint(name) };
}
