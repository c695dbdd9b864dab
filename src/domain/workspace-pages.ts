import type { FullName } from './full-name.ts';

/** Pages that people open in a browser: path and query below the address of a registry, undefined where there is none. */
export interface WorkspacePages {
  model(name: FullName): string | undefined;
  version(name: FullName, version: number): string | undefined;
  job(id: string): string | undefined;
  run(job: string, run: string): string | undefined;
  endpoint(name: string): string | undefined;
}

/** A workspace whose pages may be linked. */
export interface LinkedWorkspace {
  /** `https://host`. */
  readonly origin: string;
  readonly pages: WorkspacePages;
}

/** The workspaces of a run that may be linked; without one for the source, it is in that of the destination. */
export interface LinkedWorkspaces {
  readonly destination?: LinkedWorkspace;
  readonly source?: LinkedWorkspace;
}
