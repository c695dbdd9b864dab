import type { VersionRef } from '../domain/change-target.ts';
import type { FullName } from '../domain/full-name.ts';
import type { Change } from '../plan/change.ts';

/** A plan that a run left for `apply`. */
export interface LeftPlan {
  readonly changes: readonly Change[];
  /** What approvers write as the comment. */
  readonly code: string;
  /** Until when `apply` takes it, in milliseconds since the epoch. */
  readonly validUntil: number;
}

/** A version of a model. */
export interface NamedVersion {
  readonly name: FullName;
  readonly version: number;
}

/** A move of an alias, and the copy that it moves to where one is made for it. */
export interface MoveSubject {
  readonly kind: 'move';
  readonly name: FullName;
  readonly alias: string;
  /** What it names, as it was read; null for nothing, undefined where that was not read yet. */
  readonly now?: number | null;
  /** What it shall name; null to delete it. */
  readonly to?: VersionRef | null;
  readonly source?: NamedVersion;
  /** The copy, once there is one, and whether this run made it. */
  readonly copy?: CopyMade;
}

/** A copy that is there. */
export interface CopyMade {
  readonly version: number;
  readonly made: boolean;
}

/** A copy, or a registered version, without a move of an alias. */
export interface CopySubject {
  readonly kind: 'copy';
  readonly source?: NamedVersion;
  /** What it is registered from, where it is no copy. */
  readonly registered?: string;
  readonly destination: FullName;
  readonly copy?: CopyMade;
}

/** Tags, status and description of a version or a model. */
export interface LabelsSubject {
  readonly kind: 'labels';
  readonly name: FullName;
  readonly version?: number;
  readonly statusKey: string;
  /** The status as it was read; null for none, undefined where that was not read yet. */
  readonly status?: string | null;
  /** Whether nothing is written, and only required. */
  readonly isGate: boolean;
}

/** A search for versions. */
export interface SearchSubject {
  readonly kind: 'search';
  readonly pattern: string;
  readonly conditions: readonly string[];
  /** Undefined where that was not seen. */
  readonly found?: readonly NamedVersion[];
  /** Whether one model was asked for. */
  readonly isOne: boolean;
}

/** The signature of a version, and what it means for callers of another one. */
export interface SignatureSubject {
  readonly kind: 'signature';
  readonly name: FullName;
  readonly version?: number;
  readonly state?: 'complete' | 'half' | 'none';
  /** How many changes break callers of the compared version. */
  readonly compared?: { readonly breaking: number };
}

/** The validation of a version by what its users run. */
export interface ValidationSubject {
  readonly kind: 'validation';
  readonly name: FullName;
  readonly version?: number;
  /** Undefined where there is no verdict. */
  readonly result?: 'passed' | 'refused' | 'planned';
  /** The status that it got for being refused. */
  readonly status?: string;
}

/** The files of a version in a folder. */
export interface DownloadSubject {
  readonly kind: 'download';
  readonly name: FullName;
  readonly version?: number;
  /** How many files are there, verified, and how many of them had been there before; undefined until they are. */
  readonly files?: { readonly all: number; readonly kept: number };
}

/** Who holds which rights. */
export interface RightsSubject {
  readonly kind: 'rights';
  readonly object: string;
  /** Whether rights were asked for, and how many are missing or not known. */
  readonly asked: { readonly missing: number; readonly unknown: number } | undefined;
  /** How many hold what is forbidden; undefined where nothing is. */
  readonly forbidden?: number;
  /** The models that the inputs name. */
  readonly models: readonly FullName[];
}

/** Aliases of many models. */
export interface AuditSubject {
  readonly kind: 'audit';
  readonly patterns: readonly string[];
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly models: number;
  readonly aliases: number;
  readonly unseen: number;
  readonly idle: number;
  /** The models of which something was found. */
  readonly faulty: readonly FullName[];
}

/** Aliases that follow the pins of a repository. */
export interface PinsSubject {
  readonly kind: 'pins';
  /** Where the pins are. */
  readonly path: string;
  /** Undefined where the pins were not read yet: how many aliases are to be moved, already are so, and have no pin any more. */
  readonly counts?: { readonly moves: number; readonly done: number; readonly released: number };
  /** How many pins were written to a file; absent where none are. */
  readonly imported?: number;
  /** The models of the aliases that are to be moved. */
  readonly models: readonly FullName[];
}

/** Endpoints that are set to the version of an alias. */
export interface ServingSubject {
  readonly kind: 'serving';
  readonly name: FullName;
  readonly alias: string;
  /** Undefined where it was not read yet. */
  readonly version?: number;
  readonly endpoints: readonly string[];
}

/** A registered model itself. */
export interface ModelSubject {
  readonly kind: 'model';
  readonly name: FullName;
}

/** Versions of a model that are deleted. */
export interface CleanUpSubject {
  readonly kind: 'clean-up';
  readonly name: FullName;
  /** Undefined where they were not judged yet. */
  readonly counts?: {
    readonly going: number;
    /** These two are absent where a plan is applied: how many stay, the bytes of those that go, and of how many these were not seen. */
    readonly staying?: number;
    readonly freed?: { readonly bytes: number; readonly unseen: number };
  };
}

/** A connection. */
export interface ConnectionSubject {
  readonly kind: 'connection';
  readonly method: string;
  readonly principal?: string;
}

/** What a page is about, as values: the words are made where it is written. */
export type Subject =
  | MoveSubject
  | CopySubject
  | LabelsSubject
  | SearchSubject
  | SignatureSubject
  | ValidationSubject
  | DownloadSubject
  | RightsSubject
  | AuditSubject
  | PinsSubject
  | ServingSubject
  | CleanUpSubject
  | ModelSubject
  | ConnectionSubject;
