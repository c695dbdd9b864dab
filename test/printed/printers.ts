import { formatFullName, type FullName } from '../../src/domain/full-name.ts';
import { formatRequest, type RestRequest } from '../../src/domain/grant-commands.ts';
import { sqlPrivilege, type Securable } from '../../src/domain/privilege.ts';
import { subjectOf as lookSubjectOf, type Change } from '../../src/plan/change.ts';
import type { DescriptionChange } from '../../src/plan/changes/description.ts';
import type { TagChange } from '../../src/plan/changes/tag.ts';
import type { ManualCommands } from '../../src/registry/commands.ts';
import { DATABRICKS_COMMANDS } from '../../src/registry/databricks/commands.ts';
import { mlflowCommands } from '../../src/registry/mlflow/commands.ts';
import { UNITY_CATALOG_COMMANDS } from '../../src/registry/unity-catalog/commands.ts';
import type { CliRequest } from './databricks-cli.ts';
import type { GrantStatement } from './databricks-sql.ts';
import type { ClientCalls } from './mlflow-calls.ts';
import type { UcCall } from './uc-cli.ts';

/** What a printed text is about. */
export interface Subject {
  readonly name: FullName;
  readonly alias: string;
  /** A principal, and an old value of a label. */
  readonly text: string;
}

/** What a printed text must mean, by the language that it is in. */
export type Meaning =
  | { readonly by: 'databricks'; readonly request: CliRequest }
  | { readonly by: 'uc'; readonly call: UcCall }
  | { readonly by: 'sql'; readonly statement: GrantStatement }
  | { readonly by: 'mlflow'; readonly calls: ClientCalls }
  | { readonly by: 'rest'; readonly request: CliRequest };

/** A text for people to run, and what it must mean; undefined where a registry prints none for this subject. */
export interface Printed {
  readonly printer: string;
  readonly text: string | undefined;
  readonly meaning: Meaning;
}

const UC = ['api', '2.1', 'unity-catalog'];
const LEGACY = ['api', '2.0', 'mlflow', 'unity-catalog'];
const VERSION = 7;

/** Everything that the registries print about a subject. */
export function allPrinted(subject: Subject): Printed[] {
  return [
    ...aliasesByCli(subject),
    ...looksByCli(subject),
    ...ownersByCli(subject),
    ...grantsBySql(subject),
    ...grantsByUc(subject),
    ...looksByUc(subject),
    ...byClient(
      'databricks',
      DATABRICKS_COMMANDS,
      { place: ['databricks', 'databricks-uc'], workspace: null },
      subject,
    ),
    ...byClient('mlflow', mlflowCommands(), { place: [], workspace: null }, subject),
    ...byClient('mlflow', mlflowCommands('team-a'), { place: [], workspace: 'team-a' }, subject),
    ...requests(subject),
  ];
}

function cli(method: string, segments: readonly string[], more: Partial<CliRequest> = {}): Meaning {
  return { by: 'databricks', request: { method, segments, query: {}, ...more } };
}

function aliasesByCli({ name, alias }: Subject): Printed[] {
  const segments = [...UC, 'models', formatFullName(name), 'aliases', alias];
  return [
    {
      printer: 'databricks.alias',
      text: DATABRICKS_COMMANDS.alias?.(name, alias, VERSION).text,
      meaning: cli('PUT', segments, { body: { version_num: VERSION } }),
    },
    {
      printer: 'databricks.alias',
      text: DATABRICKS_COMMANDS.alias?.(name, alias, null).text,
      meaning: cli('DELETE', segments),
    },
  ];
}

/** One change of each kind. */
export function changesOf({ name, alias }: Subject): Record<Change['kind'] | 'model-tag', Change> {
  const version = { kind: 'version', name, version: VERSION } as const;
  return {
    alias: { kind: 'alias', name, alias, from: null, to: VERSION },
    record: { kind: 'record', name, alias, from: null, to: VERSION },
    tag: { kind: 'tag', target: version, key: 'k', from: null, to: 'v' },
    'model-tag': { kind: 'tag', target: { kind: 'model', name }, key: 'k', from: null, to: 'v' },
    description: { kind: 'description', target: { kind: 'model', name }, from: '', to: 'v' },
    hold: { kind: 'hold', name, version: VERSION, key: 'k', from: null, to: 'v' },
    'create-model': { kind: 'create-model', name },
    owner: { kind: 'owner', name, from: 'ada', to: 'deployers' },
    'rename-model': {
      kind: 'rename-model',
      name: { ...name, model: 'former' },
      renamed: name,
      from: 'former',
      to: formatFullName(name),
    },
    'delete-model': { kind: 'delete-model', name, from: 'no versions', to: null },
    copy: { kind: 'copy', source: { name, version: 1 }, destination: name },
    register: { kind: 'register', source: 'runs:/0a1b/model', destination: name },
    'delete-version': {
      kind: 'delete-version',
      name,
      version: VERSION,
      why: 'leftover',
      from: 'PENDING_REGISTRATION, made at 2026-11-20T09:31:44.000Z, no tags',
      to: null,
    },
    serving: {
      kind: 'serving',
      name,
      endpoint: alias,
      version: VERSION,
      keepsPrevious: false,
      from: [],
      to: [{ version: VERSION, percent: 100 }],
      rules: { whenUpdating: 'wait', timeoutMs: 1, putsBack: 'nothing' },
    },
  };
}

function looksByCli(subject: Subject): Printed[] {
  const name = formatFullName(subject.name);
  const version = cli('GET', [...LEGACY, 'model-versions', 'get'], { query: { name, version: '7' } });
  const model = cli('GET', [...LEGACY, 'registered-models', 'get'], { query: { name } });
  const meanings: Record<keyof ReturnType<typeof changesOf>, Meaning> = {
    alias: cli('GET', [...UC, 'models', name, 'aliases', subject.alias]),
    record: model,
    tag: version,
    'model-tag': model,
    description: model,
    hold: model,
    'create-model': model,
    owner: model,
    'rename-model': model,
    'delete-model': model,
    copy: cli('GET', [...UC, 'models', name, 'versions']),
    register: cli('GET', [...UC, 'models', name, 'versions']),
    'delete-version': version,
    serving: cli('GET', ['api', '2.0', 'serving-endpoints', subject.alias]),
  };
  return looks('databricks.look', DATABRICKS_COMMANDS, subject, meanings);
}

function looks(
  printer: string,
  commands: ManualCommands,
  subject: Subject,
  meanings: Record<keyof ReturnType<typeof changesOf>, Meaning>,
): Printed[] {
  const changes = changesOf(subject);
  return (Object.keys(meanings) as (keyof typeof meanings)[]).map((kind) => ({
    printer,
    text: commands.look(lookSubjectOf(changes[kind]))?.text,
    meaning: meanings[kind],
  }));
}

function securables({ name }: Subject): Securable[] {
  return [
    { type: 'function', name: formatFullName(name) },
    { type: 'schema', name: `${name.catalog}.${name.schema}` },
    { type: 'catalog', name: name.catalog },
  ];
}

const COLLECTION = { function: 'models', schema: 'schemas', catalog: 'catalogs', metastore: '' } as const;

function ownersByCli(subject: Subject): Printed[] {
  return securables(subject).map((securable) => ({
    printer: 'databricks.grants.owner.command',
    text: DATABRICKS_COMMANDS.grants?.owner?.command(securable, subject.text),
    meaning: cli('PATCH', [...UC, COLLECTION[securable.type], securable.name], {
      body: { owner: subject.text },
    }),
  }));
}

function grantsBySql(subject: Subject): Printed[] {
  return securables(subject).flatMap((securable) =>
    (['grant', 'revoke'] as const).map((verb) => ({
      printer: `databricks.grants.${verb}`,
      text: DATABRICKS_COMMANDS.grants?.[verb](securable, 'USE_SCHEMA', subject.text),
      meaning: {
        by: 'sql',
        statement: {
          verb: verb.toUpperCase(),
          privilege: 'USE SCHEMA',
          type: securable.type.toUpperCase(),
          name: securable.name.split('.'),
          principal: subject.text,
        },
      } as const,
    })),
  );
}

const UC_TYPES = {
  function: 'registered_model',
  schema: 'schema',
  catalog: 'catalog',
  metastore: '',
} as const;

function grantsByUc(subject: Subject): Printed[] {
  return securables(subject).flatMap((securable) =>
    (['grant', 'revoke'] as const).map((verb) => ({
      printer: `unity-catalog.grants.${verb}`,
      text: UNITY_CATALOG_COMMANDS.grants?.[verb](securable, 'USE_SCHEMA', subject.text),
      meaning: {
        by: 'uc',
        call: {
          words: ['permission', verb === 'grant' ? 'create' : 'delete'],
          options: {
            securable_type: UC_TYPES[securable.type],
            name: securable.name,
            privilege: sqlPrivilege('USE_SCHEMA'),
            principal: subject.text,
          },
        },
      } as const,
    })),
  );
}

function looksByUc(subject: Subject): Printed[] {
  const full_name = formatFullName(subject.name);
  const about = (words: string[], options: Record<string, string>): Meaning => ({
    by: 'uc',
    call: { words, options },
  });
  const model = about(['registered_model', 'get'], { full_name });
  const version = about(['model_version', 'get'], { full_name, version: '7' });
  return looks('unity-catalog.look', UNITY_CATALOG_COMMANDS, subject, {
    alias: model,
    record: model,
    tag: version,
    'model-tag': model,
    description: model,
    hold: model,
    'create-model': model,
    owner: model,
    'rename-model': model,
    'delete-model': model,
    copy: model,
    register: model,
    'delete-version': version,
    serving: model,
  });
}

function byClient(
  kind: string,
  commands: ManualCommands,
  where: Pick<ClientCalls, 'place' | 'workspace'>,
  subject: Subject,
): Printed[] {
  const name = formatFullName(subject.name);
  const calls = (...each: [method: string, ...args: string[]][]): Meaning => ({
    by: 'mlflow',
    calls: { ...where, calls: each.map(([method, ...args]) => ({ method, args })) },
  });
  const model = calls(['get_registered_model', name]);
  const version = calls(['get_model_version', name, '7']);
  const target = { kind: 'version', name: subject.name, version: VERSION } as const;
  const ofModel = { kind: 'model', name: subject.name } as const;
  const set: TagChange = { kind: 'tag', target, key: subject.text, from: subject.text, to: 'x' };
  const removed: TagChange = { kind: 'tag', target: ofModel, key: subject.text, from: null, to: 'x' };
  const described: DescriptionChange = { kind: 'description', target, from: subject.text, to: 'x' };
  const emptied: DescriptionChange = { kind: 'description', target: ofModel, from: '', to: 'x' };
  return [
    {
      printer: `${kind}.labels`,
      text: commands.labels?.([set, removed, described, emptied]).text,
      meaning: calls(
        ['set_model_version_tag', name, '7', subject.text, subject.text],
        ['delete_registered_model_tag', name, subject.text],
        ['update_model_version', name, '7', subject.text],
        ['update_registered_model', name, ''],
      ),
    },
    {
      printer: `${kind}.labels`,
      text: commands.labels?.([described]).text,
      meaning: calls(['update_model_version', name, '7', subject.text]),
    },
    ...(kind === 'mlflow'
      ? [
          {
            printer: 'mlflow.alias',
            text: commands.alias?.(subject.name, subject.alias, VERSION).text,
            meaning: calls(['set_registered_model_alias', name, subject.alias, '7']),
          },
          {
            printer: 'mlflow.alias',
            text: commands.alias?.(subject.name, subject.alias, null).text,
            meaning: calls(['delete_registered_model_alias', name, subject.alias]),
          },
          ...looks('mlflow.look', commands, subject, {
            alias: calls(['get_model_version_by_alias', name, subject.alias]),
            record: model,
            tag: version,
            'model-tag': model,
            description: model,
            hold: model,
            'create-model': model,
            owner: model,
            'rename-model': model,
            'delete-model': model,
            copy: model,
            register: model,
            'delete-version': version,
            serving: model,
          }),
        ]
      : []),
  ];
}

function requests(subject: Subject): Printed[] {
  const { text: principal } = subject;
  const rest = (printer: string, request: RestRequest | undefined, segments: string[], body: unknown) => ({
    printer,
    text: request === undefined ? undefined : formatRequest(request),
    meaning: {
      by: 'rest',
      request: { method: 'PATCH', segments: [...UC, ...segments], query: {}, body },
    } as const,
  });
  return securables(subject).flatMap((securable) => {
    const { grants } = DATABRICKS_COMMANDS;
    const uc = UNITY_CATALOG_COMMANDS.grants;
    const on = ['permissions', securable.type, securable.name];
    const onUc = ['permissions', UC_TYPES[securable.type], securable.name];
    return [
      rest('databricks.grants.grantRequest', grants?.grantRequest(securable, ['EXECUTE'], principal), on, {
        changes: [{ principal, add: ['EXECUTE'] }],
      }),
      rest('databricks.grants.revokeRequest', grants?.revokeRequest(securable, 'EXECUTE', principal), on, {
        changes: [{ principal, remove: ['EXECUTE'] }],
      }),
      rest('unity-catalog.grants.grantRequest', uc?.grantRequest(securable, ['EXECUTE'], principal), onUc, {
        changes: [{ principal, add: ['EXECUTE'] }],
      }),
      rest('unity-catalog.grants.revokeRequest', uc?.revokeRequest(securable, 'EXECUTE', principal), onUc, {
        changes: [{ principal, remove: ['EXECUTE'] }],
      }),
      rest(
        'databricks.grants.owner.request',
        grants?.owner?.request(securable, principal),
        [COLLECTION[securable.type], securable.name],
        { owner: principal },
      ),
      ...(securable.type === 'catalog'
        ? [
            rest(
              'databricks.grants.bindingRequest',
              grants?.bindingRequest?.(securable, `w${principal}`),
              ['bindings', 'catalog', securable.name],
              { add: [{ workspace_id: `w${principal}`, binding_type: 'BINDING_TYPE_READ_WRITE' }] },
            ),
          ]
        : []),
    ];
  });
}
