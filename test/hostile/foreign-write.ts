import type { Metastore } from '../../emulator/index.ts';
import { HOLD_OF_2, PERSONS_HOLD } from './intent.ts';

/** What somebody else does to the registry meanwhile. */
export interface ForeignWrite {
  readonly what: string;
  readonly write: (metastore: Metastore) => void;
}

/** A version by its number, or the newest of the model: the copy, where one is made. */
export type Which = number | 'newest';

/** How long a workspace takes writes into the files of a version. */
export type Until = 'finalized' | 'any time';

const FINALIZED: Until = 'finalized';

/** Somebody points an alias at another version. */
export function movesAlias(model: string, alias: string, version: number): ForeignWrite {
  return {
    what: `somebody points ${alias} at version ${version}`,
    write: (metastore) => metastore.setAlias(model, alias, version),
  };
}

/** Somebody deletes an alias. */
export function deletesAlias(model: string, alias: string): ForeignWrite {
  return {
    what: `somebody deletes ${alias}`,
    write: (metastore) => metastore.deleteAlias(model, alias),
  };
}

/** A person puts a version on hold. */
export function holds(model: string, which: Which): ForeignWrite {
  return {
    what: `a person puts ${nameOf(model, which)} on hold`,
    write: (metastore) => setTag(metastore, model, which, 'uc_promote_hold', PERSONS_HOLD),
  };
}

/** A person has a model hold its version 2. */
export function holdsByModel(model: string): ForeignWrite {
  return {
    what: `a person has ${model} hold version 2`,
    write(metastore) {
      metastore.setTags(model, { [HOLD_OF_2]: JSON.stringify({ version: 2, reason: PERSONS_HOLD }) });
    },
  };
}

/** A person lifts the hold of a model on its version 2. */
export function liftsHold(model: string): ForeignWrite {
  return {
    what: `a person lifts the hold of ${model} on version 2`,
    write: (metastore) => void metastore.model(model).tags.delete(HOLD_OF_2),
  };
}

/** A person gives a version another status. */
export function rejects(model: string, which: Which, key = 'validation_status'): ForeignWrite {
  return {
    what: `a person rejects ${nameOf(model, which)}`,
    write: (metastore) => setTag(metastore, model, which, key, 'rejected'),
  };
}

/** A person takes the status of a version away. */
export function withdrawsStatus(model: string, which: Which, key = 'validation_status'): ForeignWrite {
  return {
    what: `a person takes ${key} of ${nameOf(model, which)} away`,
    write(metastore) {
      const { versions } = metastore.model(model);
      versions.get(numberOf(metastore, model, which))?.tags.delete(key);
    },
  };
}

/** Somebody deletes a version, and its aliases with it, as Unity Catalog does. */
export function deletesVersion(model: string, which: Which): ForeignWrite {
  return {
    what: `somebody deletes ${nameOf(model, which)}`,
    write(metastore) {
      const { versions, aliases } = metastore.model(model);
      const version = numberOf(metastore, model, which);
      versions.delete(version);
      for (const [key, alias] of aliases) if (alias.version === version) aliases.delete(key);
    },
  };
}

/** Somebody writes other bytes, as many as before, into a file of a version; the registry takes none for one that is finalized. */
export function exchangesFile(model: string, which: Which, path: string): ForeignWrite {
  return {
    what: `somebody exchanges ${path} of ${nameOf(model, which)}`,
    write(metastore) {
      const files = openVersion(metastore, model, which)?.files;
      const file = files?.get(path);
      if (files === undefined || file === undefined) return;
      const bytes = Buffer.alloc(file.content.size, '#');
      files.set(path, { ...own(bytes), contentType: file.contentType });
    },
  };
}

/** Somebody adds a file to a version; the registry takes none for one that is finalized, unless it is one that does. */
export function addsFile(model: string, which: Which, path: string, until: Until = FINALIZED): ForeignWrite {
  return {
    what: `somebody adds ${path} to ${nameOf(model, which)}`,
    write(metastore) {
      openVersion(metastore, model, which, until)?.files.set(path, {
        ...own(Buffer.from('import os\n')),
        contentType: 'application/octet-stream',
      });
    },
  };
}

/**
 * Somebody writes one byte more into a file of a version, at any time: where a workspace takes writes into finalized versions
 * (the emulator's `writesAfterFinalize`).
 */
export function lengthensFile(model: string, which: Which, path: string): ForeignWrite {
  return {
    what: `somebody lengthens ${path} of ${nameOf(model, which)}`,
    write(metastore) {
      const files = openVersion(metastore, model, which, 'any time')?.files;
      const file = files?.get(path);
      if (files === undefined || file === undefined) return;
      files.set(path, { ...own(Buffer.alloc(file.content.size + 1, '#')), contentType: file.contentType });
    },
  };
}

/** An administrator gives a model to somebody else. */
export function changesOwner(model: string, owner: string): ForeignWrite {
  return {
    what: `an administrator gives ${model} to ${owner}`,
    write(metastore) {
      metastore.model(model).owner = owner;
    },
  };
}

/** Somebody gives an endpoint another variable. */
export function changesVariable(endpoint: string): ForeignWrite {
  return {
    what: `somebody changes a variable of ${endpoint}`,
    write: (metastore) => changeServed(metastore, endpoint, { environment_vars: { MODE: 'slow' } }),
  };
}

/** Somebody has an endpoint serve another version. */
export function servesVersion(endpoint: string, version: number): ForeignWrite {
  return {
    what: `somebody sets ${endpoint} to version ${version}`,
    write: (metastore) => changeServed(metastore, endpoint, { entity_version: String(version) }),
  };
}

/** Somebody deletes an endpoint. */
export function deletesEndpoint(endpoint: string): ForeignWrite {
  return {
    what: `somebody deletes ${endpoint}`,
    write: (metastore) => void metastore.state.workspace.endpoints.delete(endpoint),
  };
}

/** Somebody takes the rights on an endpoint away. */
export function withdrawsEndpoint(endpoint: string): ForeignWrite {
  return {
    what: `somebody takes the rights on ${endpoint} away`,
    write({ state: { workspace } }) {
      const id = workspace.endpoints.get(endpoint)?.id;
      workspace.rights.set(`serving-endpoints/${id}`, []);
    },
  };
}

/** Changes the first entity of an endpoint, at once, whatever update is under way. */
function changeServed(
  { state: { workspace } }: Metastore,
  name: string,
  fields: Readonly<Record<string, unknown>>,
): void {
  const endpoint = workspace.endpoints.get(name);
  if (endpoint === undefined) return;
  const config = endpoint.pending?.failure === undefined ? endpoint.pending?.config : undefined;
  const [served] = (config ?? endpoint.config)?.served ?? [];
  if (served !== undefined) served.fields = { ...served.fields, ...fields };
}

/** A stored file, a minute younger than what is there: the registry shows whole seconds. */
function own(bytes: Buffer) {
  return {
    content: { kind: 'memory' as const, size: bytes.length, bytes },
    modified: Math.floor(Date.now() / 1000) * 1000 + 60_000,
  };
}

function setTag(metastore: Metastore, model: string, which: Which, key: string, value: string): void {
  const version = numberOf(metastore, model, which);
  if (metastore.model(model).versions.has(version)) metastore.setTags(model, { [key]: value }, version);
}

function numberOf(metastore: Metastore, model: string, which: Which): number {
  return which === 'newest' ? Math.max(0, ...metastore.model(model).versions.keys()) : which;
}

/** A version whose files can be written (the emulator's `requireWrite`). */
function openVersion(metastore: Metastore, model: string, which: Which, until: Until = FINALIZED) {
  const version = metastore.model(model).versions.get(numberOf(metastore, model, which));
  if (until === 'any time') return version;
  return version?.status === 'PENDING_REGISTRATION' && version.finalizing === undefined ? version : undefined;
}

function nameOf(model: string, which: Which): string {
  const short = model.split('.').at(0) ?? model;
  return which === 'newest' ? `the newest version in ${short}` : `version ${which} in ${short}`;
}
