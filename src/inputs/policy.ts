import type { Parsed } from '../domain/parsed.ts';
import { show } from '../domain/printable.ts';
import { defaulted, headerToken, optional, parsed, type InputsOf } from './fields.ts';
import { POLICY_PATH } from './policy-file.ts';

/** Where a policy file is looked for. */
export interface PolicyPlace {
  readonly path: string;
  /** Undefined for the default branch. */
  readonly branch: string | undefined;
}

const FIX = `Write off, required for ${POLICY_PATH}, or the path of another file, such as governance/models.yml or governance/models.yml@policies.`;

const policyPlace = parsed((text): Parsed<PolicyPlace | 'off'> => {
  const given = text.trim();
  if (given === 'off') return { ok: true, value: 'off' };
  if (given === 'required') return { ok: true, value: { path: POLICY_PATH, branch: undefined } };
  const at = given.indexOf('@');
  const path = (at < 0 ? given : given.slice(0, at)).replace(/^(?:\.\/)+/u, '');
  const branch = at < 0 ? undefined : given.slice(at + 1);
  if (!/\.ya?ml$/iu.test(path) || branch === '' || /[\s~^:?*[\\\p{Cc}]/u.test(branch ?? ''))
    return { ok: false, problem: `"${show(given, 100)}" is not the path of a policy file.`, fix: FIX };
  return { ok: true, value: { path, branch } };
});

/** The input of every action that a policy file may bind. */
export const POLICY_INPUTS = {
  policy: defaulted(policyPlace, {
    description: `The policy file that the step has to keep to: \`required\` for \`${POLICY_PATH}\` of the default branch, or the path of another file, with \`@branch\` for a protected branch. It is read by GitHub's API, so that neither a checkout nor a pull request changes it; elsewhere it is a file on the machine. If it is not there, the step is \`blocked\`. Needs \`github-token\` with \`permissions: contents: read\`.`,
    default: 'off',
  }),
};

/** The token of an action that reads approvals and the policy, and writes nothing. */
export const POLICY_AND_APPROVAL_TOKEN = {
  'github-token': optional(headerToken, {
    description:
      'Token to read the approval and the file of `policy`: `${{ github.token }}`, with `permissions: actions: read` for `approval-environment`, with `contents: read` and `pull-requests: read` for `approval-review`, and with `contents: read` for `policy`. It is used for nothing else.',
    example: '${{ github.token }}',
    secret: true,
  }),
};

/** The inputs of {@link POLICY_INPUTS} as values, with the token. */
export type PolicyInputs = InputsOf<typeof POLICY_INPUTS> &
  Partial<InputsOf<typeof POLICY_AND_APPROVAL_TOKEN>>;
