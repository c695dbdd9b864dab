import { inStep, type HowToGive } from '../../domain/how-to-give.ts';
import type { SystemName } from '../system/system.ts';

/** How a job of each system gets an ID token to sign in by. */
const ID_TOKENS: Readonly<Record<SystemName, string>> = {
  github: inStep.idToken,
  gitlab: 'Add "id_tokens: DATABRICKS_OIDC_TOKEN: aud: …" to the job (docs/other-ci.md).',
  'azure-pipelines': 'Map "SYSTEM_ACCESSTOKEN: $(System.AccessToken)" to the step (docs/other-ci.md).',
  jenkins:
    'Set DATABRICKS_OIDC_TOKEN to one, by a credential of the plugin oidc-provider (docs/other-ci.md).',
  none: 'Set DATABRICKS_OIDC_TOKEN to one.',
};

const VARIABLE = 'an ID token in DATABRICKS_OIDC_TOKEN (no secret)';

/** What signs in under each system beside an application id without a secret. */
const VOUCHING: Readonly<Record<SystemName, string>> = {
  github: inStep.vouching,
  gitlab: VARIABLE,
  'azure-pipelines': 'SYSTEM_ACCESSTOKEN mapped to the step (no secret)',
  jenkins: VARIABLE,
  none: VARIABLE,
};

/** How an input is given on the command line, under a system. */
export function asFlag(system: SystemName): HowToGive {
  return {
    to: 'to the command',
    vouching: VOUCHING[system],
    idToken: ID_TOKENS[system],
    add(input, { example = 'VALUE', environment, secret = false }) {
      if (secret)
        return `Give --${input}-file PATH${environment === undefined ? '' : `, or set ${environment}`}`;
      return `Give --${input} ${/^[\w.:/@-]+$/u.test(example) ? example : 'VALUE'}`;
    },
  };
}
