/** What is known of an input that is to be given. */
export interface ToGive {
  /** A correct value. */
  readonly example?: string;
  /** Variable that may give it too. */
  readonly environment?: string;
  readonly secret?: boolean;
}

/** How people give an input where this runs, in the words of a fix. */
export interface HowToGive {
  /** Where inputs stand: `to the step`. */
  readonly to: string;
  /** What signs in beside an application id without a secret. */
  readonly vouching: string;
  /** How a job gets an ID token to sign in by: a sentence. */
  readonly idToken: string;
  /** The beginning of a sentence that says how an input is given, without its period. */
  add(input: string, about: ToGive): string;
}

/** In a step of a workflow. */
export const inStep: HowToGive = {
  to: 'to the step',
  vouching: '"permissions: id-token: write" (GitHub OIDC, no secret)',
  idToken:
    'Add "permissions: id-token: write" to the job. (The caller of a reusable workflow must grant it too; a pull request from a fork never gets it.)',
  add: (input, { example = '…' }) => `Add \`${input}: ${example}\` to the step`,
};
