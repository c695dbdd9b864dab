import type { InputFault } from '../domain/input-fault.ts';
import { nearestWord } from '../domain/nearest-word.ts';
import { show } from '../domain/printable.ts';
import { isEncrypted } from '../http/host.ts';
import { AUTH_TYPES, type AttributeName, type AuthType, type Settings } from './settings.ts';
import { unsendable } from './unsendable.ts';

/** The method to sign in by, or what is wrong with the settings. */
export type Choice =
  | { readonly ok: true; readonly method: AuthType }
  | { readonly ok: false; readonly faults: readonly InputFault[] };

/** What each method cannot do without; where the list is empty, the machine itself knows who it is. */
const NEEDS: Readonly<Record<AuthType, readonly AttributeName[]>> = {
  pat: ['token'],
  'github-oidc': [],
  'oauth-m2m': ['clientId', 'clientSecret'],
  'azure-client-secret': ['azureClientId', 'azureClientSecret'],
  'github-oidc-azure': ['azureClientId'],
  'env-oidc': [],
  'file-oidc': ['oidcTokenFile'],
  'azure-cli': [],
  'databricks-cli': [],
  'azure-msi': [],
  'azure-devops-oidc': [],
};

/** Methods whose request for a token can name a group that requests are made as. */
const AS_GROUP: readonly AuthType[] = ['oauth-m2m', 'github-oidc', 'env-oidc', 'file-oidc'];

/** Every method, in one sentence: for the reader who has set up none. */
function allMethods(settings: Settings): string {
  const input = (name: AttributeName) => settings.input(name);
  const ways = [
    `${input('clientId')} and ${settings.howToGive.vouching}`,
    `${input('clientId')} and ${input('clientSecret')}`,
    `${input('azureClientId')} with ${input('azureClientSecret')} or id-token: write`,
    `${input('authType')} azure-cli after azure/login`,
    input('token'),
  ];
  const variable = settings.side === 'source' ? '' : ', or set the variable DATABRICKS_TOKEN';
  return `Give ${ways.join(', or ')}${variable}. docs/sign-in.md explains each.`;
}

/**
 * Chooses how to sign in. `auth-type` decides alone; else the credential that is there does, and more than one kind of
 * them is an error that names them. That the job may ask for ID tokens chooses nothing alone, and the tools and
 * profiles of the machine are used only by name: a self-hosted runner must not lend its own identity to a workflow
 * whose secret is empty. Sources: auth-and-http §2, §16.
 */
export function chooseMethod(settings: Settings): Choice {
  const asked = settings.get('authType');
  if (asked === undefined) return detected(settings);
  const method = AUTH_TYPES.find((type) => type === asked.toLowerCase());
  return method === undefined ? fault(unknownType(asked, settings)) : complete(method, settings);
}

/** True where neither a method nor any credential is given. */
export function isUnsigned(settings: Settings): boolean {
  return settings.get('authType') === undefined && evidence(settings).length === 0;
}

/** The credentials that are there, each with the setting that it comes from. */
function evidence(settings: Settings): [AuthType, string][] {
  const found: [AuthType, string][] = [];
  const has = (name: AttributeName) => settings.get(name) !== undefined;
  const add = (method: AuthType, name: AttributeName) => found.push([method, settings.from(name)]);
  if (has('token')) add('pat', 'token');
  if (has('clientSecret')) add('oauth-m2m', 'clientSecret');
  if (has('oidcTokenFile')) add('file-oidc', 'oidcTokenFile');
  if (settings.oidcToken() !== undefined) found.push(['env-oidc', settings.oidcTokenVariable]);
  else if (has('oidcTokenEnv')) add('env-oidc', 'oidcTokenEnv');
  const owned = found.some(([method]) => method !== 'pat');
  if (has('clientId') && !owned)
    add(isOnAzureDevOps(settings) ? 'azure-devops-oidc' : 'github-oidc', 'clientId');
  if (/^(true|1)$/iu.test(settings.get('azureUseMsi') ?? '')) add('azure-msi', 'azureUseMsi');
  else if (has('azureClientSecret')) add('azure-client-secret', 'azureClientSecret');
  else if (has('azureClientId')) add('github-oidc-azure', 'azureClientId');
  return found;
}

/** Whether a job of Azure Pipelines runs this, and none of GitHub: only the one of them vouches for it. */
function isOnAzureDevOps(settings: Settings): boolean {
  return settings.get('azureDevOpsUrl') !== undefined && settings.get('idTokenUrl') === undefined;
}

function detected(settings: Settings): Choice {
  const found = evidence(settings);
  const [first] = found;
  if (first === undefined) {
    return fault({
      input: settings.input('token'),
      problem: 'no credentials are given.',
      fix: allMethods(settings),
    });
  }
  if (found.length > 1) {
    const named = found.map(([method, from]) => `${from} (${method})`).join(' and ');
    return fault({
      input: settings.input('authType'),
      problem: `more than one way to sign in is configured: ${named}.`,
      fix: `Keep one, or choose with \`${settings.input('authType')}: ${first[0]}\`.`,
    });
  }
  return complete(first[0], settings);
}

function complete(method: AuthType, settings: Settings): Choice {
  const faults = NEEDS[method].flatMap((name): InputFault[] =>
    settings.get(name) !== undefined
      ? []
      : [
          {
            input: settings.place(name),
            problem: `it is missing, but ${method} needs it.`,
            fix: `Add ${settings.place(name)} ${settings.howToGive.to}. An empty secret counts as missing.`,
          },
        ],
  );
  if (method === 'env-oidc' && settings.oidcToken() === undefined) {
    faults.push({
      input: settings.oidcTokenVariable,
      problem: 'it is empty, but env-oidc reads the ID token from it.',
      fix: 'Set it in an earlier step, or name another variable in DATABRICKS_OIDC_TOKEN_ENV.',
    });
  }
  const asksGitHub = method === 'github-oidc' || method === 'github-oidc-azure';
  if (
    asksGitHub &&
    (settings.get('idTokenUrl') === undefined || settings.get('idTokenRequestToken') === undefined)
  ) {
    const other = settings.input(method === 'github-oidc' ? 'clientSecret' : 'azureClientSecret');
    faults.push({
      input: settings.place(method === 'github-oidc' ? 'clientId' : 'azureClientId'),
      problem: `it selects ${method}, but this job may not request an ID token from GitHub.`,
      fix: isOnAzureDevOps(settings)
        ? `Only a job of GitHub has one. ${MAP_TOKEN} With ${settings.input('clientId')} it signs in by azure-devops-oidc. Or add ${other}.`
        : `${settings.howToGive.idToken} Or add ${other}.`,
    });
  } else if (asksGitHub && !isEncrypted(settings.get('idTokenUrl') ?? '')) {
    faults.push({
      input: settings.place('idTokenUrl'),
      problem: 'it is not an https:// address.',
      fix: 'GitHub sets this variable. Remove it from every "env:" and step of the workflow.',
    });
  }
  if (method === 'azure-devops-oidc') faults.push(...azureDevOpsFaults(settings));
  if (settings.get('groupId') !== undefined && !AS_GROUP.includes(method)) {
    faults.push({
      input: settings.place('groupId'),
      problem: `it names a group to act as, which ${method} does not support: requests would be made as another principal.`,
      fix: `Remove it, or sign in with ${AS_GROUP.slice(0, 2).join(' or ')}.`,
    });
  }
  faults.push(...unsendable(method, settings));
  return faults.length === 0 ? { ok: true, method } : { ok: false, faults };
}

/** Azure Pipelines gives a step this token only where its author maps it. */
const MAP_TOKEN = 'Map the token of the job to the step: "env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)".';

/** What a step of Azure Pipelines lacks to ask for an ID token. */
function azureDevOpsFaults(settings: Settings): InputFault[] {
  const url = settings.get('azureDevOpsUrl');
  const faults: InputFault[] = [];
  if (settings.get('azureDevOpsToken') === undefined) {
    faults.push({
      input: settings.place('azureDevOpsToken'),
      problem: 'azure-devops-oidc asks for an ID token with it, and it is not set.',
      fix: MAP_TOKEN,
    });
  }
  if (url === undefined || !isEncrypted(url)) {
    const problem = url === undefined ? 'it is not set.' : 'it is not an https:// address.';
    const fix = 'Azure Pipelines sets this variable for a job: let no step set it, and run this in a job.';
    faults.push({ input: settings.place('azureDevOpsUrl'), problem, fix });
  }
  return faults;
}

function unknownType(asked: string, settings: Settings): InputFault {
  const nearest = nearestWord(asked, AUTH_TYPES);
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return {
    input: settings.input('authType'),
    problem: `"${show(asked, 40)}" is not a sign-in method.${meant}`,
    fix: `Use one of: ${AUTH_TYPES.join(', ')}.`,
  };
}

function fault(one: InputFault): Choice {
  return { ok: false, faults: [one] };
}
