import type { StubCommit, StubEnvironment, StubJob, StubPull } from './bodies.ts';
import type { GitObjects } from './git-objects.ts';
import type { StubFault } from './replies.ts';
import type { StubText } from './texts.ts';

/** What a stub knows of a repository. */
export interface Repository {
  readonly environments: Map<string, { readonly name: string; readonly environment: StubEnvironment }>;
  readonly pulls: { readonly pull: StubPull; readonly commits: readonly string[] }[];
  readonly commits: Map<string, StubCommit>;
  readonly permissions: Map<string, string>;
  readonly checkRuns: Map<string, StubJob | undefined>;
  readonly comments: Map<number, StubText[]>;
  readonly issues: StubText[];
  /** Its files, by its commits. */
  git?: GitObjects;
}

/** A request to a stub. */
export interface Asked {
  readonly repository: Repository;
  readonly fullName: string;
  /** What stands at the end of the route, decoded. */
  readonly subject: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** The account that the token writes as. */
  readonly login: string;
  /** Address of the list, for links to further pages. */
  readonly address: string;
}

/** What a stub answers to the requests of a path. */
export interface Route {
  /** Default: GET. */
  readonly method?: string;
  readonly path: RegExp;
  /** The permission that the token needs; undefined where every token has it. */
  readonly needs: string | undefined;
  readonly reply: (asked: Asked) => StubFault;
}
