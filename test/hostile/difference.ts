import type {
  EndpointSnapshot,
  MetastoreSnapshot,
  ModelSnapshot,
  VersionSnapshot,
} from '../../emulator/index.ts';

/** One thing in which two states of a registry differ. */
export type Difference =
  | { readonly kind: 'model-made' | 'model-gone'; readonly model: string }
  | { readonly kind: 'version-made' | 'version-gone'; readonly model: string; readonly version: number }
  | {
      readonly kind: 'alias';
      readonly model: string;
      readonly alias: string;
      readonly from: number | null;
      readonly to: number | null;
    }
  | {
      readonly kind: 'tag';
      readonly model: string;
      /** Null for a tag of the model itself. */
      readonly version: number | null;
      readonly key: string;
      readonly from: string | null;
      readonly to: string | null;
    }
  | {
      readonly kind: 'owner' | 'description' | 'status' | 'files';
      readonly model: string;
      readonly version: number | null;
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly kind: 'endpoint';
      readonly endpoint: string;
      /** Undefined where it did not exist, or does not any more. */
      readonly from: EndpointSnapshot | undefined;
      readonly to: EndpointSnapshot | undefined;
    }
  | { readonly kind: 'grants' };

/** All differences of two states. */
export function differences(before: MetastoreSnapshot, after: MetastoreSnapshot): Difference[] {
  const names = keysOf(before.models, after.models);
  const found = [
    ...names.flatMap((model) => ofModel(model, before.models[model], after.models[model])),
    ...ofEndpoints(before, after),
  ];
  const rest = ({ grants, owners }: MetastoreSnapshot) => JSON.stringify([grants, owners]);
  return rest(before) === rest(after) ? found : [...found, { kind: 'grants' }];
}

function ofEndpoints(before: MetastoreSnapshot, after: MetastoreSnapshot): Difference[] {
  return keysOf(before.endpoints, after.endpoints).flatMap((endpoint): Difference[] => {
    const from = before.endpoints[endpoint];
    const to = after.endpoints[endpoint];
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ kind: 'endpoint', endpoint, from, to }];
  });
}

function ofModel(model: string, before?: ModelSnapshot, after?: ModelSnapshot): Difference[] {
  if (before === undefined) return [{ kind: 'model-made', model }, ...labelsOfNew(model, after)];
  if (after === undefined) return [{ kind: 'model-gone', model }];
  return [
    ...ofText('owner', model, null, before.owner, after.owner),
    ...ofText('description', model, null, before.description ?? '', after.description ?? ''),
    ...ofTags(model, null, before.tags, after.tags),
    ...keysOf(before.aliases, after.aliases).flatMap((alias): Difference[] => {
      const from = before.aliases[alias] ?? null;
      const to = after.aliases[alias] ?? null;
      return from === to ? [] : [{ kind: 'alias', model, alias, from, to }];
    }),
    ...keysOf(before.versions, after.versions).flatMap((number) =>
      ofVersion(model, Number(number), before.versions[number], after.versions[number]),
    ),
  ];
}

/** What a model has from its first moment on. */
function labelsOfNew(model: string, after: ModelSnapshot | undefined): Difference[] {
  return after === undefined ? [] : [{ kind: 'owner', model, version: null, from: '', to: after.owner }];
}

function ofVersion(
  model: string,
  version: number,
  before?: VersionSnapshot,
  after?: VersionSnapshot,
): Difference[] {
  if (before === undefined) return [{ kind: 'version-made', model, version }];
  if (after === undefined) return [{ kind: 'version-gone', model, version }];
  return [
    ...ofText('status', model, version, before.status, after.status),
    ...ofText('description', model, version, before.description ?? '', after.description ?? ''),
    ...ofText('files', model, version, JSON.stringify(before.files), JSON.stringify(after.files)),
    ...ofTags(model, version, before.tags, after.tags),
  ];
}

function ofTags(
  model: string,
  version: number | null,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Difference[] {
  return keysOf(before, after).flatMap((key): Difference[] => {
    const from = before[key] ?? null;
    const to = after[key] ?? null;
    return from === to ? [] : [{ kind: 'tag', model, version, key, from, to }];
  });
}

function ofText(
  kind: 'owner' | 'description' | 'status' | 'files',
  model: string,
  version: number | null,
  from: string,
  to: string,
): Difference[] {
  return from === to ? [] : [{ kind, model, version, from, to }];
}

function keysOf(before: object, after: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}
