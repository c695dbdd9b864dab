/** Where a branch of a repository is. */
export interface BranchHead {
  readonly commit: string;
  readonly isProtected: boolean;
}

/** What there is at a path of a repository: the bytes of a file, or what it is instead, for a sentence. */
export type RepositoryFile =
  { readonly kind: 'file'; readonly bytes: Uint8Array } | { readonly kind: 'other'; readonly what: string };
