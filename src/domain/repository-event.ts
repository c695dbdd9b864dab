/** What set off a workflow run, as far as it says which state of the repository followed which. */
export type RepositoryEvent =
  | {
      readonly kind: 'push';
      readonly branch: string;
      readonly isDefaultBranch: boolean;
      /** The commit that the branch was at; undefined where the push created it. */
      readonly before: string | undefined;
      readonly after: string;
    }
  | {
      readonly kind: 'pull-request';
      readonly number: number;
      /** The commit that its base branch was at. */
      readonly base: string;
      /** The last commit of its branch. */
      readonly head: string;
      readonly isFromFork: boolean;
    }
  | { readonly kind: 'other'; readonly name: string };
