import type { StatedId } from '../domain/stated-id.ts';
import type { WorkspacePages } from '../domain/workspace-pages.ts';
import type { HttpClient } from '../http/client.ts';
import type { Authorizer, HttpClientOptions } from '../http/client-options.ts';
import type { Host } from '../http/host.ts';
import type { StorageEndpoints } from '../storage/endpoints.ts';
import type { Capabilities, Registry } from './port.ts';

/** How it is found out that a kind of registry responds at an address, without any credential. */
export interface Detection {
  /** Whether a host name is enough to know it; default: no host name is. */
  owns?(hostname: string): boolean;
  /** The path that says what the host is; `path` is the one that its address was given with. */
  page(path: string): string;
  /** Whether the text of that page, or the challenge that came in its place, is this registry's. */
  says(text: string): boolean;
}

/** What a registry is opened with: control calls and file bytes go under budgets of their own. */
export interface RegistryConnections {
  readonly control: HttpClient;
  readonly files: HttpClient;
  /** Addresses in place of the clouds' own, for a version's own storage. */
  readonly endpoints: StorageEndpoints;
  /** The name of the {@link ServerPart} that everything is for. */
  readonly part?: string;
}

/** A part of a server that every request is for. */
export interface ServerPart {
  readonly name: string;
  /** Signs as another authorizer does, for this part, once the server has said that it has it. */
  authorizer(signIn: Authorizer, openClient: (authorizer: Authorizer) => HttpClient): Authorizer;
}

/** What its clients do in their own way, by the address and the workspace that is stated. */
export type ClientOptions = Partial<Pick<HttpClientOptions, 'host' | 'errorOf' | 'peer' | 'workspace'>>;

/** What works with a registry. */
export interface RegistryDriver {
  clientOptions?(host: Host, workspace: StatedId | undefined): ClientOptions;
  /** The part of the server that the environment names. Throws where it names none that there could be. */
  part?(environment: Readonly<Record<string, string | undefined>>): ServerPart | undefined;
  /** Its pages in a browser, by the number of the workspace where that is known; default: none. */
  pages?(workspaceId: string | undefined): WorkspacePages;
  /** The registry, with what people run by hand there. */
  open(connections: RegistryConnections): Registry;
}

/** A kind of registry: everything that differs from others, declared in one place. */
export interface RegistryDefinition {
  /** Its word for the input `registry`. */
  readonly kind: string;
  readonly capabilities: Capabilities;
  readonly detection: Detection;
  /** By Databricks' unified authentication, by that where anything is given for it, or by the token alone. */
  readonly signIn: 'unified' | 'unified-if-given' | 'token';
  /** Whether a copy's source may be on a host of its own. */
  readonly sourceElsewhere: boolean;
  /** Evaluates what works with it: not before inputs are judged, so that what refuses them starts in less time. */
  load(this: void): Promise<RegistryDriver>;
}
