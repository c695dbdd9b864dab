import { decide, type Decision } from '../../domain/decision.ts';
import { formatFullName, schemaNameOf, type FullName } from '../../domain/full-name.ts';
import type { VersionRef } from '../../domain/change-target.ts';
import type { ModelTrigger, TriggeredJob } from '../../domain/job.ts';
import { show } from '../../domain/printable.ts';
import type { ListedEndpoint, ServedVersion, ServingConfig } from '../../domain/serving.ts';
import type { EndpointEffect, TriggeredJobEffect, TriggerEvent } from '../../plan/effect.ts';

/** A move of an alias as endpoints see it: `from` and `to` are what it names before and after. */
export interface MoveSeen {
  readonly name: FullName;
  readonly from: number | null;
  readonly to: VersionRef | null;
  /** Names of the endpoints that the plan updates. */
  readonly updated: readonly string[];
}

/** The endpoints that serve versions of the model, each with how it stands to the move. */
export function endpointEffects(
  endpoints: readonly ListedEndpoint[],
  { name, from, to, updated }: MoveSeen,
): EndpointEffect[] {
  return endpoints.flatMap(({ name: endpoint, served }): EndpointEffect[] => {
    const own = ofModel(name, served);
    if (own.length === 0) return [];
    const versions = servedOf(name, served);
    const isNamed = typeof to === 'number' && versions.includes(to);
    // One that does not state its version may serve the one that the alias leaves.
    const isFormer = from !== null && own.some(({ version }) => version === undefined || version === from);
    const state = updated.includes(endpoint)
      ? 'updated'
      : isNamed
        ? 'named'
        : isFormer && from !== to
          ? 'former'
          : 'other';
    return [{ kind: 'endpoint', model: name, endpoint, versions, state }];
  });
}

/** Whether a list of what is served leaves open which version of a model gets the requests: several are deployed. */
export function isUnclear(served: ListedEndpoint['served']): boolean {
  return served.some((one) =>
    served.some((other) => isSameModel(one, other.model) && one.version !== other.version),
  );
}

/** A listed endpoint without the versions that its routes send no requests to, as long as another one of the same model gets some. */
export function withRequests(
  listed: ListedEndpoint,
  { routes }: Pick<ServingConfig, 'routes'>,
): ListedEndpoint {
  const live = new Set(routes.filter(({ percent }) => percent > 0).map(({ entity }) => entity));
  const served = listed.served.filter(
    (each) =>
      live.has(each.entity) ||
      !listed.served.some((other) => live.has(other.entity) && isSameModel(each, other.model)),
  );
  return { ...listed, served };
}

/** The versions of a model among what an endpoint serves, in order, as far as they are stated. */
export function servedOf(name: FullName, served: ListedEndpoint['served']): number[] {
  const versions = ofModel(name, served).flatMap(({ version }) => (version === undefined ? [] : [version]));
  return [...new Set(versions)].sort((a, b) => a - b);
}

/** What of a model an endpoint serves. */
export function ofModel(name: FullName, served: ListedEndpoint['served']): ListedEndpoint['served'] {
  return served.filter((each) => isSameModel(each, formatFullName(name)));
}

/** Names of Unity Catalog compare without case. */
function isSameModel({ model }: ServedVersion, other: string): boolean {
  return model.toLowerCase() === other.toLowerCase();
}

/**
 * The names of the endpoints that serve a version, or any of the model where none is named, comma-separated; null for none. One that
 * serves the model and does not state which version may serve each.
 */
export function endpointsServing(
  { name, version }: { readonly name: FullName; readonly version?: number },
  endpoints: readonly ListedEndpoint[],
): string | null {
  const names = endpoints
    .filter(({ served }) =>
      ofModel(name, served).some(
        (each) => version === undefined || each.version === undefined || each.version === version,
      ),
    )
    .map((endpoint) => endpoint.name);
  return names.length === 0 ? null : names.sort().join(', ');
}

/** What is to be said of endpoints that go on serving the version which the alias leaves. */
export function decideEndpoints(effects: readonly EndpointEffect[]): Decision {
  return decide(
    effects
      .filter(({ state }) => state === 'former')
      .map(({ endpoint, versions }) => ({
        code: ENDPOINT_STAYS,
        severity: 'warning',
        message: `The endpoint ${show(endpoint, 80)} keeps serving ${versionsText(versions)}: endpoints do not follow aliases, and this plan does not update it.`,
        fix: 'To update it afterwards, run update-serving, or name it in the input endpoints.',
      })),
  );
}

/** The finding of {@link decideEndpoints}. */
export const ENDPOINT_STAYS = 'endpoint-stays';

/** `version 6`, `versions 6 and 8`. */
export function versionsText(versions: readonly number[]): string {
  const last = versions.at(-1);
  const [first] = versions;
  if (first === undefined) return 'a version that it does not state';
  if (versions.length === 1) return `version ${first}`;
  return `versions ${versions.slice(0, -1).join(', ')} and ${last}`;
}

/** What happens to a model in a plan. */
export interface ModelEvents {
  readonly name: FullName;
  /** The alias that is set; absent for none, and where one is deleted. */
  readonly alias?: string;
  readonly makesVersion: boolean;
  readonly makesModel: boolean;
}

const EVENTS: Readonly<Record<string, TriggerEvent>> = {
  MODEL_ALIAS_SET: 'alias-set',
  MODEL_VERSION_READY: 'version-ready',
  MODEL_CREATED: 'model-created',
};

/** The jobs that what happens to a model starts, each once (workspace-apis §4.3). */
export function triggeredJobs(jobs: readonly TriggeredJob[], events: ModelEvents): TriggeredJobEffect[] {
  return jobs.flatMap(({ id, name, triggers }) => {
    const [event] = triggers.flatMap((trigger) => eventOf(trigger, events));
    return event === undefined
      ? []
      : [{ kind: 'triggered-job', model: events.name, job: id, name, event } as const];
  });
}

function eventOf(
  { condition, securable, aliases, isPaused }: ModelTrigger,
  { name, alias, makesVersion, makesModel }: ModelEvents,
): TriggerEvent[] {
  const event = EVENTS[condition];
  if (event === undefined || isPaused) return [];
  const watched = securable.toLowerCase();
  const names = ['', schemaNameOf(name), formatFullName(name)].map((each) => each.toLowerCase());
  if (!names.includes(watched)) return [];
  switch (event) {
    case 'alias-set': {
      const isWatched =
        aliases.length === 0 || aliases.some((each) => each.toLowerCase() === alias?.toLowerCase());
      return alias !== undefined && isWatched ? [event] : [];
    }
    case 'version-ready':
      return makesVersion ? [event] : [];
    case 'model-created':
      return makesModel ? [event] : [];
  }
}

const WHEN: Readonly<Record<TriggerEvent, string>> = {
  'alias-set': 'when the alias is set',
  'version-ready': 'when the new version is READY',
  'model-created': 'when the model is created',
};

/** What is to be said of jobs that start by themselves. */
export function decideTriggered(effects: readonly TriggeredJobEffect[]): Decision {
  return decide(
    effects.map(({ job, name, event }) => ({
      code: 'job-starts',
      severity: 'warning',
      message: `The job ${show(name, 80)} (${job}) starts by itself ${WHEN[event]}: it has a model trigger.`,
      fix: 'If this is not intended, pause its trigger first.',
    })),
  );
}
