import { randomBytes } from 'node:crypto';
import { Workspace } from '../workspace/workspace.ts';
import { applyGrant } from './permissions.ts';
import {
  addVersion,
  artifactsOf,
  createModel,
  type ArtifactSeed,
  type ModelSeed,
  type VersionSeed,
} from './seed-builders.ts';
import {
  type Artifacts,
  type FederationPolicy,
  emptyState,
  nextId,
  type GrantPolicy,
  type LoggedModel,
  type Model,
  type Run,
  type SecurableType,
  type MetastoreState,
  type WorkspaceVersion,
} from './state.ts';

/**
 * The metastore as tests and seeds build it: every method is synchronous, asks nobody for a right and may be
 * called while the server runs. Faults of use (an unknown model, a member twice) throw `Error`.
 */
export class Metastore {
  readonly state: MetastoreState;
  /** Jobs, files and endpoints of the workspace. */
  readonly workspace: Workspace;
  /** Milliseconds since 1970; replace it to make times repeat. */
  now: () => number = Date.now;

  constructor(state: MetastoreState = emptyState()) {
    this.state = state;
    this.workspace = new Workspace(state.workspace, () => this.now());
  }

  /** A user, by e-mail; naming groups makes them where they do not exist. */
  addUser(userName: string, options: { groups?: readonly string[]; displayName?: string } = {}): void {
    this.addPrincipal('user', userName, options.displayName ?? userName, options.groups);
  }

  /** A service principal, by application id, which is also what grants call it. */
  addServicePrincipal(
    applicationId: string,
    options: { displayName?: string; groups?: readonly string[] } = {},
  ): void {
    this.addPrincipal(
      'service-principal',
      applicationId,
      options.displayName ?? applicationId,
      options.groups,
    );
  }

  /** A group; members may be users, service principals and other groups, known or not yet. */
  addGroup(name: string, options: { members?: readonly string[] } = {}): void {
    const group = this.state.groups.get(name) ?? { id: this.numericId(), name, members: new Set<string>() };
    for (const member of options.members ?? []) group.members.add(member);
    this.state.groups.set(name, group);
  }

  /** A group of the workspace alone: Me lists it for its members, and nothing is granted to it. */
  addLocalGroup(name: string, options: { members: readonly string[] }): void {
    this.state.localGroups.push({ id: this.numericId(), name, members: new Set(options.members) });
  }

  /** Makes a principal or group the metastore admin. */
  setMetastoreOwner(principal: string): void {
    this.state.metastoreOwner = principal;
  }

  /** Sets the privilege model: a metastore of before August 2022 that was not upgraded has `0.1`. */
  setPrivilegeModel(version: MetastoreState['privilegeModel']): void {
    this.state.privilegeModel = version;
  }

  /** A policy that grants by tag; no list of grants shows it. */
  addPolicy(policy: GrantPolicy): void {
    this.state.policies.push(policy);
  }

  /** A personal access token for a principal; returns it. */
  issueToken(principal: string, token: string = `dapi-${randomBytes(16).toString('hex')}`): string {
    this.state.tokens.set(token, { principal, expiresAt: undefined });
    return token;
  }

  /** Lets a token run out now. */
  expireToken(token: string): void {
    const known = this.state.tokens.get(token);
    if (!known) throw new Error('Unknown token.');
    known.expiresAt = 0;
  }

  /** An OAuth client secret of a service principal; returns it. */
  addSecret(applicationId: string, secret: string = `dose-${randomBytes(16).toString('hex')}`): string {
    const secrets = this.state.secrets.get(applicationId) ?? new Set<string>();
    secrets.add(secret);
    this.state.secrets.set(applicationId, secrets);
    return secret;
  }

  /** Lets ID tokens of an issuer sign a service principal in, or with no `principal` whoever they name. */
  addFederationPolicy(policy: FederationPolicy): void {
    this.state.federationPolicies.push(policy);
  }

  /** Lets a job of GitHub ask for ID tokens; returns the token to ask with, and takes GitHub's issuer by default. */
  allowIdTokens(subject: string, options: { issuer?: string; seconds?: number } = {}): string {
    const token = `job-${randomBytes(16).toString('hex')}`;
    const { issuer = 'https://token.actions.githubusercontent.com', seconds = 300 } = options;
    this.state.jobs.set(token, { issuer, subject, seconds });
    return token;
  }

  /** A catalog; with `boundWorkspaces` it is reachable only from the workspaces named (ids), with `share` it is a shared one. */
  createCatalog(
    name: string,
    options: { owner?: string; createdBy?: string; boundWorkspaces?: readonly string[]; share?: string } = {},
  ): void {
    this.state.catalogs.set(name.toLowerCase(), {
      name,
      owner: options.owner ?? this.state.metastoreOwner,
      createdBy: options.createdBy ?? options.owner ?? this.state.metastoreOwner,
      createdAt: this.now(),
      ...(options.boundWorkspaces ? { boundWorkspaces: options.boundWorkspaces } : {}),
      ...(options.share === undefined ? {} : { share: options.share }),
    });
  }

  /** A schema, by its name of two levels. */
  createSchema(name: string, options: { owner?: string; createdBy?: string } = {}): void {
    const catalog = this.state.catalogs.get((name.split('.')[0] ?? '').toLowerCase());
    if (!catalog) throw new Error(`No catalog for schema ${name}.`);
    this.state.schemas.set(name.toLowerCase(), {
      name,
      owner: options.owner ?? catalog.owner,
      createdBy: options.createdBy ?? options.owner ?? catalog.owner,
      createdAt: this.now(),
    });
  }

  /** A registered model without versions; its owner is that of the schema unless given. */
  createModel(fullName: string, options: ModelSeed = {}): Model {
    return createModel(this.state, this.now(), fullName, options);
  }

  /** A version, READY unless said otherwise; returns its number. */
  addVersion(fullName: string, options: VersionSeed = {}): number {
    return addVersion(this.state, this.now(), fullName, options);
  }

  /** Sets or moves an alias, whatever its name. */
  setAlias(fullName: string, alias: string, version: number): void {
    const model = this.model(fullName);
    const present = model.aliases.get(alias.toLowerCase());
    model.aliases.set(alias.toLowerCase(), { id: present?.id ?? nextId(this.state), alias, version });
  }

  /** Removes an alias if there is one. */
  deleteAlias(fullName: string, alias: string): void {
    this.model(fullName).aliases.delete(alias.toLowerCase());
  }

  /** Sets tags of a model, or of a version of it. */
  setTags(fullName: string, tags: Readonly<Record<string, string>>, version?: number): void {
    const model = this.model(fullName);
    const target = version === undefined ? model : model.versions.get(version);
    if (!target) throw new Error(`No version ${version ?? ''} of ${fullName}.`);
    for (const [key, value] of Object.entries(tags)) target.tags.set(key, value);
  }

  /** Grants privileges directly on a securable. */
  grant(type: SecurableType, name: string, principal: string, privileges: readonly string[]): void {
    applyGrant(this.state, type, name, { principal, add: privileges, remove: [] });
  }

  /** Revokes direct grants. */
  revoke(type: SecurableType, name: string, principal: string, privileges: readonly string[]): void {
    applyGrant(this.state, type, name, { principal, add: [], remove: privileges });
  }

  /** A run that `runs/get` finds, with the files of its artifacts. */
  addRun({ files, readers, ...run }: Omit<Run, 'artifacts'> & ArtifactSeed): void {
    this.state.runs.set(run.runId, { ...run, artifacts: this.artifacts(files, readers) });
  }

  /** A version of the workspace's own registry, of which a run made the files. */
  addWorkspaceVersion(
    name: string,
    { files, readers, ...seed }: Partial<Omit<WorkspaceVersion, 'name' | 'artifacts'>> & ArtifactSeed,
  ): void {
    const version = seed.version ?? 1;
    this.state.workspaceVersions.set(`${name}/${version}`, {
      status: 'READY',
      source: `dbfs:/databricks/mlflow-tracking/1/${seed.runId ?? 'unknown'}/artifacts/model`,
      tags: {},
      createdBy: this.state.metastoreOwner,
      ...seed,
      name,
      version,
      artifacts: this.artifacts(files, readers),
    });
  }

  private artifacts(files: ArtifactSeed['files'], readers: ArtifactSeed['readers']): Artifacts {
    const seed = { ...(files === undefined ? {} : { files }), ...(readers === undefined ? {} : { readers }) };
    return artifactsOf(seed, this.now());
  }

  /** Enables the schema of the audit log, and lets principals read it; nobody else may, the metastore admin included. */
  enableAuditLog(options: { readers?: readonly string[] } = {}): void {
    this.createCatalog('system');
    this.createSchema('system.access');
    for (const reader of options.readers ?? []) {
      this.grant('catalog', 'system', reader, ['USE_CATALOG']);
      this.grant('schema', 'system.access', reader, ['USE_SCHEMA', 'SELECT']);
    }
  }

  /** A logged model that `logged-models/{id}` finds. */
  addLoggedModel({ files, readers, ...model }: Omit<LoggedModel, 'artifacts'> & ArtifactSeed): void {
    this.state.loggedModels.set(model.modelId, { ...model, artifacts: this.artifacts(files, readers) });
  }

  /** The model of that name; throws `Error` when there is none. */
  model(fullName: string): Model {
    const model = this.state.models.get(fullName.toLowerCase());
    if (!model) throw new Error(`No model ${fullName}.`);
    return model;
  }

  private addPrincipal(
    kind: 'user' | 'service-principal',
    name: string,
    displayName: string,
    groups: readonly string[] = [],
  ): void {
    const present = this.state.principals.get(name);
    this.state.principals.set(name, { kind, id: present?.id ?? this.numericId(), name, displayName });
    for (const group of groups) this.addGroup(group, { members: [name] });
  }

  private numericId(): string {
    const id = this.state.nextId;
    this.state.nextId += 1;
    return String(7_000_000_000_000 + id);
  }
}
