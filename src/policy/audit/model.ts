import type { AliasRules } from '../../domain/alias.ts';
import type { FullName, Naming } from '../../domain/full-name.ts';
import type { Alias, ListedVersion, ModelVersion, Tag } from '../../domain/model.ts';
import type { Pin } from '../../domain/pin.ts';
import type { ModelPattern } from '../../domain/model-pattern.ts';
import type { FoundHold } from '../hold/findings.ts';
import type { ModelRule } from '../promotion-policy/policy.ts';
import type { OriginFacts } from '../promotion-policy/version.ts';
import type { SignatureDecision } from '../signature/decide.ts';
import type { AliasRule } from './alias-rule.ts';

/** What the comparison of a version's files showed. */
export interface ComparedFiles {
  /** With the digest that its tags record. */
  readonly recorded: 'equal' | 'differs' | 'unrecorded';
  /** With the version that it was copied from: nothing is compared where it is no copy, or of another metastore. */
  readonly source: ComparedSource;
}

/** What the comparison with the source of a copy showed. */
export type ComparedSource =
  | { readonly kind: 'equal' | 'none' }
  | { readonly kind: 'differs'; readonly uri: string }
  | { readonly kind: 'unknown'; readonly uri: string; readonly why: string };

/** An alias of a model and what was read of the version that it names. */
export interface AuditedAlias {
  readonly alias: Alias;
  /** Undefined when the version does not exist. */
  readonly version?: ModelVersion | undefined;
  /** The holds of its model that stop that version. */
  readonly holds: readonly FoundHold[];
  /** Absent when the signature was not asked for. */
  readonly signature?: SignatureDecision | undefined;
  /** Absent when files were not to be compared, or the version is not READY. */
  readonly files?: ComparedFiles | undefined;
  /** What it is a copy of, undefined for no copy; absent where no policy demands to know. */
  readonly origin?: { readonly read: OriginFacts | undefined };
}

/** Versions that no alias names and no rollback needs. */
export interface UnusedVersions {
  readonly versions: readonly number[];
  /** The size of their files; undefined where the files of one are not there. */
  readonly bytes: number | undefined;
}

/** An endpoint and the versions of one model that it serves. */
export interface ServingEndpointSeen {
  readonly endpoint: string;
  readonly versions: readonly number[];
}

/** What was read of one model. */
export interface AuditedModel {
  readonly name: FullName;
  readonly tags: readonly Tag[];
  /** All of its aliases. */
  readonly aliases: readonly Alias[];
  /** Those that are to be audited. */
  readonly audited: readonly AuditedAlias[];
  /** Numbers of its READY versions. */
  readonly ready: ReadonlySet<number>;
  /** The versions that are not. */
  readonly unready: readonly ListedVersion[];
  /** Absent when nobody asked for them. */
  readonly unused?: UnusedVersions | undefined;
  /** Endpoints that serve it, as far as the caller is shown them; absent where they were not listed. */
  readonly endpoints?: readonly ServingEndpointSeen[] | undefined;
}

/** What an audit demands, and how the registry compares. */
export interface AuditWants {
  /** The aliases that are to be audited; all when empty. */
  readonly aliases: readonly string[];
  /** Tags that a version with an alias must have. */
  readonly required: readonly Tag[];
  readonly aliasRules: readonly AliasRule[];
  /** Models that a version with an alias must have been copied from; empty: from anywhere, or from nowhere. */
  readonly origins: readonly ModelPattern[];
  /** The rule that a policy has for the model; undefined for none. */
  readonly byPolicy?: ModelRule | undefined;
  /** The moment up to which ages are counted, milliseconds since the epoch. */
  readonly now: number;
  /** The pins of each model, by the key of its name; none where none were given. */
  readonly pins: ReadonlyMap<string, readonly Pin[]>;
  readonly rules: AliasRules;
  readonly names: Naming;
}
