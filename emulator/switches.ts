import { pick, randomFrom } from './random.ts';
import type { SwitchSpec } from './switch-spec.ts';
import {
  workspaceSwitchNames,
  workspaceSwitchTable,
  type WorkspaceSwitchName,
} from './workspace/switches.ts';

const onOff = [false, true] as const;

export type { SwitchSpec } from './switch-spec.ts';

/** Every switch of the registry with its possible values; those of jobs, files and serving: `workspace/switches.ts`. */
export const switchTable = {
  manageMovesAliases: {
    values: onOff,
    default: true,
    about: 'MANAGE is enough to set and delete aliases (docs: owner)',
  },
  manageUpdatesDescriptions: {
    values: onOff,
    default: true,
    about: 'MANAGE is enough to change descriptions (docs: owner)',
  },
  manageCreatesVersions: {
    values: onOff,
    default: false,
    about: 'MANAGE is enough to create versions (seen only in an error message)',
  },
  aliasCaseReturned: {
    values: ['as-set', 'lower'],
    default: 'as-set',
    about: 'spelling of an alias when it is read back',
  },
  aliasLimit: {
    values: ['per-model', 'per-version', 'none'],
    default: 'per-model',
    about: 'what the documented limit of 10 aliases applies to',
  },
  limitRefusal: {
    values: ['400 RESOURCE_EXHAUSTED', '400 QUOTA_EXCEEDED', '403 QUOTA_EXCEEDED', '429 RESOURCE_EXHAUSTED'],
    default: '400 RESOURCE_EXHAUSTED',
    about:
      'status and code when a limit on objects is reached: aliases, models in a schema, versions of a model',
  },
  aliasCharacters: {
    values: ['word', 'any'],
    default: 'word',
    about: 'whether the server checks the characters of an alias',
  },
  deleteMissingAlias: {
    values: ['error', 'ok'],
    default: 'error',
    about: 'response when an alias to delete does not exist',
  },
  aliasUpdatesModel: {
    values: onOff,
    default: false,
    about: 'setting, moving or deleting an alias changes updated_at of its model',
  },
  searchHitsAliases: {
    values: onOff,
    default: false,
    about: 'version lists include aliases (reported empty)',
  },
  missingObject: {
    values: ['404', '403'],
    default: '404',
    about: 'response for an object that does not exist, to a caller who could not have seen it',
  },
  hiddenObject: {
    values: ['403', '404'],
    default: '403',
    about: 'response for an object that exists but that the caller may not see',
  },
  existsStatus: { values: [400, 409], default: 400, about: 'HTTP status of RESOURCE_ALREADY_EXISTS' },
  statusOfCodes: {
    values: ['usual', 'all-400'],
    default: 'usual',
    about: 'whether RESOURCE_DOES_NOT_EXIST of the older family comes with 404 or 400',
  },
  badTokenStatus: { values: [401, 403], default: 401, about: 'HTTP status of an expired token' },
  pendingReadable: {
    values: onOff,
    default: true,
    about: 'files of a pending version can be read by those who may read the READY one',
  },
  pendingReadableByWriters: {
    values: onOff,
    default: true,
    about: 'files of a pending version can be read by those who may write them',
  },
  writesAfterFinalize: {
    values: ['refused', 'accepted'],
    default: 'refused',
    about: 'files of a READY version can be written',
  },
  secondFinalize: { values: ['ok', 'error'], default: 'ok', about: 'finalize of a version that is READY' },
  finalizeDelay: {
    values: ['none', 'two-reads'],
    default: 'none',
    about: 'a finalized version is READY at once, or after two reads',
  },
  signatureCheckedAtFinalize: {
    values: onOff,
    default: false,
    about: 'the server refuses a version without signature at finalize',
  },
  versionModelId: {
    values: ['always', 'given'],
    default: 'always',
    about:
      'model_id of a version that was created without one: an id that no logged model has (MLflow 3.17.2 copies it, 3.6.0 does not), or none (neither copies it)',
  },
  manageSeesMetadata: {
    values: onOff,
    default: false,
    about: 'MANAGE or ownership of a parent is enough to see metadata',
  },
  deleteOfPending: { values: ['ok', 'refused'], default: 'ok', about: 'a pending version can be deleted' },
  deploymentJobFiresAt: {
    values: ['create', 'finalize'],
    default: 'finalize',
    about: 'when a new version starts the deployment job',
  },
  nativeEnriched: {
    values: onOff,
    default: true,
    about: 'the enriched native endpoints (create, finalize, tags, temporary credentials) exist',
  },
  renameTo: {
    values: ['either', 'short', 'full'],
    default: 'either',
    about: 'form of new_name that a rename takes',
  },
  tagKeyRule: {
    values: ['enforced', 'off'],
    default: 'off',
    about: 'the documented characters of tag keys are enforced on models and versions',
  },
  tagLimit: { values: [50, 20], default: 50, about: 'tags per object (older pages: 20)' },
  groupsComplete: { values: onOff, default: true, about: 'Me lists nested groups too, not only direct ones' },
  servicePrincipalUserName: {
    values: ['applicationId', 'displayName'],
    default: 'applicationId',
    about: 'userName of a service principal in Me',
  },
  permissionPathCase: {
    values: ['either', 'lower', 'upper'],
    default: 'either',
    about: 'case of the securable type in permission paths',
  },
  grantsOfOthers: {
    values: ['readable', 'denied', 'own-only'],
    default: 'readable',
    about:
      'reading the grants of others without MANAGE: shown, refused, or left out of a response that contains only rows of the caller',
  },
  policiesShown: {
    values: ['managers', 'everybody'],
    default: 'managers',
    about: "who may list the policies of a securable (documented: MANAGE; for reading one's own it is open)",
  },
  groupMembers: {
    values: ['readable', 'denied'],
    default: 'readable',
    about: 'members of groups, and ids of people, are shown to a caller who is not a workspace admin',
  },
  groupRowsInFilter: {
    values: onOff,
    default: true,
    about: 'a principal filter also returns rows of groups that contain it',
  },
  effectiveGrantsStale: {
    values: onOff,
    default: false,
    about: 'effective permissions lag behind a change of grants',
  },
  createModelOnExistingWithoutRight: {
    values: ['exists', 'denied'],
    default: 'denied',
    about: 'response to the creation of an existing model by a caller without CREATE MODEL',
  },
  listingLags: {
    values: [0, 2],
    default: 0,
    about: 'number of reads for which lists miss a version or alias that was just created',
  },
  filesMode: {
    values: ['files-api', 'presigned', 's3'],
    default: 'files-api',
    about: 'storage route that the server offers',
  },
  filesApi: {
    values: ['open', 'denied', 'absent', 'disabled'],
    default: 'open',
    about:
      'the Files API serves /Models (its documentation mentions only /Volumes), refuses it, does not know it, or is switched off',
  },
  presign: {
    values: ['accepted', 'refused', 'unknown-zone', 'storage-blocked'],
    default: 'accepted',
    about:
      'presigned URLs work, are not enabled, are refused for the network zone, or lead to a store that refuses',
  },
  sharedFiles: {
    values: ['open', 'no-signed-urls', 'closed'],
    default: 'open',
    about:
      'files of a model in a catalog shared by Delta Sharing: like any others, without signed URLs, or not through the Files API',
  },
  vendedCredentials: {
    values: ['none', 'aws', 'azure', 'gcp', 'refused'],
    default: 'none',
    about:
      'temporary credentials for the storage of a version: default storage issues none, one of the clouds issues them, or they are blocked (mlflow/mlflow#25986)',
  },
  largeThroughWorkspace: {
    values: ['accepted', 'refused'],
    default: 'accepted',
    about: 'files of 50 MiB or more pass through the workspace in one request',
  },
  uploadProtocol: {
    values: ['multipart', 'resumable'],
    default: 'multipart',
    about: 'kind of large upload that the cloud supports',
  },
  uploadAbort: {
    values: ['post-action', 'presigned-delete', 'both'],
    default: 'post-action',
    about: 'how an upload in parts is aborted: by an action on the file, by a URL for it, or by either',
  },
  rangesHonoured: {
    values: [true, false],
    default: true,
    about: 'Range on a file is honoured (206) or ignored (200)',
  },
  emptyPages: { values: onOff, default: false, about: 'pages without rows but with a token' },
  smallPages: { values: onOff, default: false, about: 'pages of at most two rows, whatever was requested' },
  shuffledLists: { values: onOff, default: false, about: 'lists are not in the order of creation' },
  numbersAsStrings: { values: onOff, default: false, about: '64-bit integers come as strings' },
  unknownFields: { values: onOff, default: false, about: 'responses contain fields that no client knows' },
  unknownEnums: {
    values: onOff,
    default: false,
    about: 'responses contain enum values that no client knows (the Python MLflow client fails on them)',
  },
} as const satisfies Record<string, SwitchSpec>;

/** Name of a switch of the registry. */
export type SwitchName = keyof typeof switchTable;

/** A value for every switch. */
export type Switches = {
  -readonly [Name in SwitchName]: (typeof switchTable)[Name]['values'][number];
} & {
  -readonly [Name in WorkspaceSwitchName]: (typeof workspaceSwitchTable)[Name]['values'][number];
};

/** Names of the switches of the registry, in table order. */
export const switchNames = Object.keys(switchTable) as SwitchName[];

/** Both tables, that of the registry first: what a mix draws for the one does not depend on the other. */
const specs: Readonly<Record<string, SwitchSpec>> = { ...switchTable, ...workspaceSwitchTable };

/**
 * Settles every switch: the given value, else one drawn by the seed `mix`, else the default.
 * A mix never draws `unknownEnums`, `nativeEnriched` off, a closed Files API or a store of a cloud: they change who can be a client at all.
 */
export function settleSwitches(given: Partial<Switches>, mix?: number): Switches {
  const random = mix === undefined ? undefined : randomFrom(mix);
  const entries = Object.entries(specs).map(([name, spec]) => {
    const drawn = random && pick(random, spec.values);
    const mixed = drawn === undefined || outsideMixes(name, drawn) ? spec.default : drawn;
    return [name, given[name as keyof Switches] ?? mixed];
  });
  return Object.fromEntries(entries) as Switches;
}

/** Routes on which a client talks to a store instead of the workspace. */
const OUTSIDE_STORES: readonly (readonly [SwitchName, string])[] = [
  ['filesMode', 's3'],
  ['vendedCredentials', 'aws'],
  ['vendedCredentials', 'azure'],
  ['vendedCredentials', 'gcp'],
];

function outsideMixes(name: string, value: string | number | boolean): boolean {
  if (name === 'unknownEnums' || name === 'nativeEnriched' || name === 'filesApi') return true;
  return OUTSIDE_STORES.some(([outside, drawn]) => name === outside && value === drawn);
}

/** Parses `name=value` from a command line; throws an `Error` that lists the values when it is none. */
export function parseSwitch(text: string): Partial<Switches> {
  const at = text.indexOf('=');
  const names = [...switchNames, ...workspaceSwitchNames];
  const name = names.find((known) => known === text.slice(0, at));
  const spec = name === undefined ? undefined : specs[name];
  if (name === undefined || spec === undefined) {
    throw new Error(`No switch in "${text}"; known: ${names.join(', ')}`);
  }
  const value = spec.values.find((known) => String(known) === text.slice(at + 1));
  if (value === undefined) throw new Error(`${name} takes ${spec.values.join(' | ')}`);
  return { [name]: value };
}
