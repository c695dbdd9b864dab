import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { VersionRef } from '../domain/change-target.ts';
import type { Finding } from '../domain/decision.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import { show } from '../domain/printable.ts';
import type {
  ServedEntity,
  ServingConfig,
  ServingEndpoint,
  ServingRoute,
  WantedServing,
} from '../domain/serving.ts';
import { sharesText, type ServedShare, type ServingChange } from '../plan/changes/serving.ts';
import { defaultName, freeName } from './entity-name.ts';

/** What an endpoint is to serve. */
export interface ServingGoal<V extends VersionRef = VersionRef> {
  readonly name: FullName;
  readonly version: V;
  readonly keepsPrevious: boolean;
}

/** What becomes of an endpoint's config for a goal. */
export type ServingDecision<V extends VersionRef = VersionRef> =
  | { readonly kind: 'refused'; readonly finding: Finding }
  | { readonly kind: 'reached'; readonly shares: readonly ServedShare[] }
  | {
      readonly kind: 'change';
      readonly from: readonly ServedShare[];
      readonly to: readonly ServedShare<V | number>[];
      /** What a write sends; a copy that is not there yet stands in it as version 0. */
      readonly wanted: WantedServing;
    };

/** Stands for a copy without a number: no version has it. */
const NO_NUMBER = 0;

/**
 * What an endpoint has to serve so that the requests which it sends to a model reach one version of it. One entity is changed, or
 * put beside it; every other one, the shares of other models and all settings are kept as they were read. Refuses where that cannot
 * be kept, or where it is not clear which entity is meant.
 */
export function decideServing<V extends VersionRef>(
  endpoint: string,
  config: ServingConfig,
  goal: ServingGoal<V>,
): ServingDecision<V> {
  const version = typeof goal.version === 'number' ? goal.version : NO_NUMBER;
  const own = entitiesOf(config, goal.name);
  const refusal = refusalOf(endpoint, config, own, goal.name);
  if (refusal !== undefined) return { kind: 'refused', finding: refusal };
  const routes = routesOf(config);
  const shareOf = (entity: ServedEntity) =>
    routes.find((route) => route.entity === entity.name)?.percent ?? 0;
  const target = own.find((entity) => entity.version === version);
  const others = own.filter((entity) => entity !== target);
  const live = others.filter((entity) => shareOf(entity) > 0);
  const from = sharesOf(own, routes);
  if (target !== undefined && live.length === 0) return { kind: 'reached', shares: sharesOf(own, routes) };
  const [current, ...more] = live.length > 0 ? live : others;
  if (current === undefined || more.length > 0)
    return { kind: 'refused', finding: severalLive(endpoint, live.length > 0 ? live : others, goal.name) };
  const wanted =
    target === undefined
      ? withNew(config, routes, { current, version, keeps: goal.keepsPrevious })
      : flipped(config, routes, { current, target, keeps: goal.keepsPrevious });
  const to = sharesOf(entitiesOf(wanted, goal.name), wanted.routes).map((share) =>
    share.version === NO_NUMBER ? { ...share, version: goal.version } : share,
  );
  return { kind: 'change', from, to, wanted };
}

function refusalOf(
  endpoint: string,
  config: ServingConfig,
  own: readonly ServedEntity[],
  name: FullName,
): Finding | undefined {
  const subject = `The endpoint ${show(endpoint, 80)}`;
  const refuse = (code: string, message: string, fix: string): Finding => ({
    code,
    severity: 'error',
    message: `${subject} ${message}`,
    fix,
  });
  if (config.entities.some(({ isExternal }) => isExternal))
    return refuse(
      'endpoint-external',
      'serves a model of another provider, whose secrets a read does not return: an update would lose them.',
      'Name an endpoint that serves this registered model.',
    );
  if (own.length === 0)
    return refuse(
      'endpoint-other-model',
      `serves no version of ${formatFullName(name)}.`,
      'Name an endpoint that serves this model. A new endpoint is made in the workspace.',
    );
  const unread = config.entities.flatMap((entity) => entity.unread);
  if (unread.length > 0)
    return refuse(
      'endpoint-unread',
      `may have the setting ${[...new Set(unread)].join(', ')}, which a read does not return: an update would lose it.`,
      'Update this endpoint in the workspace, where the setting is known.',
    );
  if (!isWhole(config))
    return refuse(
      'endpoint-odd',
      'has routes that do not add up to 100 % of what it serves, so nothing of it can be kept for certain.',
      'Look at its configuration in the workspace, and update it there once.',
    );
  return undefined;
}

/** Whether every route leads to an entity of its own, and all of them share out 100 %. */
function isWhole(config: ServingConfig): boolean {
  const names = new Set(config.entities.map(({ name }) => name));
  const routes = routesOf(config);
  const led = new Set(routes.map(({ entity }) => entity));
  return (
    names.size === config.entities.length &&
    led.size === routes.length &&
    routes.every(({ entity }) => names.has(entity)) &&
    routes.reduce((sum, { percent }) => sum + percent, 0) === 100
  );
}

/** The routes; of one entity alone they are filled in. */
function routesOf({ entities, routes }: Pick<ServingConfig, 'entities' | 'routes'>): readonly ServingRoute[] {
  const [only, ...more] = entities;
  if (routes.length > 0 || only === undefined || more.length > 0) return routes;
  return [{ entity: only.name, percent: 100, settings: {} }];
}

function severalLive(endpoint: string, entities: readonly ServedEntity[], name: FullName): Finding {
  const versions = entities.map(({ version }) => version ?? 'none').join(' and ');
  return {
    code: 'endpoint-split',
    severity: 'error',
    message: `The endpoint ${show(endpoint, 80)} serves versions ${versions} of ${formatFullName(name)} side by side, so it is not clear which of them is meant.`,
    fix: 'End the split in the workspace first: leave requests to one version of the model.',
  };
}

/** The target takes over the share of the current version, which goes or stays without requests. */
function flipped(
  config: ServingConfig,
  routes: readonly ServingRoute[],
  { current, target, keeps }: { current: ServedEntity; target: ServedEntity; keeps: boolean },
): WantedServing {
  const moved = routes.find(({ entity }) => entity === current.name)?.percent ?? 0;
  const has = routes.some(({ entity }) => entity === target.name);
  const added = has ? routes : [...routes, { entity: target.name, percent: 0, settings: {} }];
  return {
    settings: config.settings,
    routing: config.routing,
    entities: keeps ? config.entities : config.entities.filter((entity) => entity !== current),
    routes: added.flatMap((route) => {
      if (route.entity === target.name) return [{ ...route, percent: route.percent + moved }];
      if (route.entity !== current.name) return [route];
      return keeps ? [{ ...route, percent: 0 }] : [];
    }),
  };
}

/** A version that is not served yet takes the place of the current one, or stands beside it. */
function withNew(
  config: ServingConfig,
  routes: readonly ServingRoute[],
  { current, version, keeps }: { current: ServedEntity; version: number; keeps: boolean },
): WantedServing {
  const taken = config.entities.flatMap((entity) => (entity === current && !keeps ? [] : [entity.name]));
  // A name that was chosen leads callers to the live version; one made of the version would mislead them.
  const isChosen = current.name !== defaultName(current.model ?? '', current.version ?? NO_NUMBER);
  const name = isChosen && !keeps ? current.name : freeName(defaultName(current.model ?? '', version), taken);
  const made: ServedEntity = { ...current, name, version, isReady: false, message: '' };
  const former = routes.find(({ entity }) => entity === current.name);
  const route = { percent: 0, settings: {}, ...former, entity: name };
  return {
    settings: config.settings,
    routing: config.routing,
    entities: config.entities.flatMap((entity) =>
      entity !== current ? [entity] : keeps ? [entity, made] : [made],
    ),
    routes: [
      ...routes.flatMap((each) => {
        if (each.entity !== current.name) return [each];
        return keeps ? [{ ...each, percent: 0 }, route] : [route];
      }),
      ...(former === undefined ? [route] : []),
    ],
  };
}

function sharesOf(entities: readonly ServedEntity[], routes: readonly ServingRoute[]): ServedShare[] {
  return entities
    .flatMap(({ name, version }) =>
      version === undefined
        ? []
        : [{ version, percent: routes.find(({ entity }) => entity === name)?.percent ?? 0 }],
    )
    .sort((a, b) => b.percent - a.percent || b.version - a.version);
}

/** What a config serves of one model. */
export function sharesIn(config: ServingConfig, name: FullName): ServedShare[] {
  return sharesOf(entitiesOf(config, name), routesOf(config));
}

function entitiesOf({ entities }: Pick<ServingConfig, 'entities'>, name: FullName): ServedEntity[] {
  const wanted = formatFullName(name).toLowerCase();
  return entities.filter(({ model }) => model?.toLowerCase() === wanted);
}

/** A digest of everything that a config serves, whatever its order: what a change of it rests on. */
export function configDigest({ entities, routes, routing, settings }: WantedServing): string {
  const text = canonicalJson([
    [...entities]
      .sort(byName)
      .map(({ name, model, version, settings: own }) => [
        name,
        model?.toLowerCase() ?? null,
        version ?? null,
        own,
      ]),
    [...routesOf({ entities, routes })]
      .sort(byEntity)
      .map(({ entity, percent, settings: own }) => [entity, percent, own]),
    routing,
    settings,
  ]);
  return createHash('sha256').update(text).digest('hex');
}

/** The config that an endpoint has, or that a running update brings; undefined where it has never been ready. */
export function standingConfig({ config, pending, update }: ServingEndpoint): ServingConfig | undefined {
  return update === 'running' ? (pending ?? config) : config;
}

/** The digest of what an endpoint serves, or of what a running update brings; null where there is none. */
export function standingDigest(endpoint: ServingEndpoint | undefined): string | null {
  const config = endpoint === undefined ? undefined : standingConfig(endpoint);
  return config === undefined ? null : configDigest(config);
}

/** Whether a config is what a change leads to. */
export function isLedTo(change: ServingChange, config: ServingConfig | undefined): boolean {
  if (config === undefined) return false;
  const decision = decideServing(change.endpoint, config, change);
  return decision.kind === 'reached' && sharesText(decision.shares) === sharesText(change.to);
}

/** Whether an update that runs leads to what a change wants. */
export function isOnTheWay(change: ServingChange, { update, pending }: ServingEndpoint): boolean {
  return update === 'running' && isLedTo(change, pending);
}

/** What of a config is not as it was wanted, in words; undefined where all of it is. Settings that a server fills in are no difference. */
export function differenceOf(wanted: WantedServing, found: ServingConfig): string | undefined {
  const entities = new Map(found.entities.map((entity) => [entity.name, entity]));
  if (entities.size !== wanted.entities.length) return 'it serves other entities';
  for (const { name, model, version, settings } of wanted.entities) {
    const entity = entities.get(name);
    if (
      entity === undefined ||
      entity.model?.toLowerCase() !== model?.toLowerCase() ||
      entity.version !== version
    )
      return `the entity ${show(name, 80)} serves something else`;
    const lost = lostSetting(settings, entity.settings);
    if (lost !== undefined) return `the setting ${lost} of ${show(name, 80)} is not what it was`;
  }
  const lost = lostSetting(wanted.settings, found.settings) ?? lostSetting(wanted.routing, found.routing);
  if (lost !== undefined) return `the setting ${lost} is not what it was`;
  const routes = new Map(routesOf(found).map((route) => [route.entity, route]));
  for (const { entity, percent, settings } of routesOf(wanted)) {
    const route = routes.get(entity);
    if ((route?.percent ?? 0) !== percent) return `the share of ${show(entity, 80)} is another one`;
    const other = lostSetting(settings, route?.settings ?? {});
    if (other !== undefined)
      return `the setting ${other} of the route to ${show(entity, 80)} is not what it was`;
  }
  return undefined;
}

/** The name of a setting that is not as it was wanted. */
function lostSetting(wanted: ServedEntity['settings'], found: ServedEntity['settings']): string | undefined {
  return Object.entries(wanted).find(
    ([setting, value]) => canonicalJson(found[setting]) !== canonicalJson(value),
  )?.[0];
}

function byName(a: ServedEntity, b: ServedEntity): number {
  return a.name < b.name ? -1 : 1;
}

function byEntity(a: ServingRoute, b: ServingRoute): number {
  return a.entity < b.entity ? -1 : 1;
}
