import { readGoAddress, type Address } from './go-address.ts';

/** A request that the Databricks CLI sends. */
export interface CliRequest extends Address {
  readonly method: string;
  readonly body?: unknown;
}

interface Parsed {
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
}

interface CommandRule {
  readonly args: number;
  readonly flags: readonly string[];
  request(this: void, parsed: Parsed): { method: string; address: string; body?: unknown };
}

const UC = '/api/2.1/unity-catalog';
const ACCOUNT = '/api/2.0/accounts/ACCOUNT';

/**
 * The commands that are printed, with the paths that they make of their arguments, as they are, by Sprintf (databricks/cli
 * 1.13.0, `cmd/workspace`, `cmd/account` and `cmd/api`; databricks-sdk-go 0.175.0, `service/catalog/impl.go`). Each was
 * run against a server that noted its requests.
 */
const COMMANDS: Readonly<Record<string, CommandRule>> = {
  'registered-models get': read(1, ([name]) => `${UC}/models/${name}`),
  'registered-models delete-alias': {
    args: 2,
    flags: [],
    request: ({ args: [name, alias] }) => ({
      method: 'DELETE',
      address: `${UC}/models/${name}/aliases/${alias}`,
    }),
  },
  'registered-models set-alias': {
    args: 3,
    flags: [],
    request: ({ args: [name, alias, version] }) => ({
      method: 'PUT',
      address: `${UC}/models/${name}/aliases/${alias}`,
      body: { version_num: wholeNumber(version ?? '') },
    }),
  },
  'registered-models update': ownerChange('models'),
  'schemas update': ownerChange('schemas'),
  'catalogs update': ownerChange('catalogs'),
  'serving-endpoints get': read(1, ([name]) => `/api/2.0/serving-endpoints/${name}`),
  'model-versions get-by-alias': read(2, ([name, alias]) => `${UC}/models/${name}/aliases/${alias}`),
  'model-versions list': read(1, ([name]) => `${UC}/models/${name}/versions`),
  'api get': read(1, ([path]) => path ?? ''),
  'account service-principals list': {
    args: 0,
    flags: ['filter'],
    request: ({ flags }) => ({
      method: 'GET',
      address: `${ACCOUNT}/scim/v2/ServicePrincipals?filter=${encodeURIComponent(flags['filter'] ?? '')}`,
    }),
  },
  'account federation-policy create': withJson(0, () => `${ACCOUNT}/federationPolicies`),
  'account service-principal-federation-policy create': withJson(
    1,
    ([id]) => `${ACCOUNT}/servicePrincipals/${id}/federationPolicies`,
  ),
};

/** The request of a call of the CLI, whose name is the first word. Throws where the CLI refuses its arguments. */
export function cliRequest([name, ...words]: readonly string[]): CliRequest {
  if (name !== 'databricks') throw new Error(`not the CLI: ${name}`);
  const command = Object.keys(COMMANDS).find((each) =>
    each.split(' ').every((word, index) => words[index] === word),
  );
  const rule = command === undefined ? undefined : COMMANDS[command];
  if (command === undefined || rule === undefined) throw new Error(`unknown command: ${words.join(' ')}`);
  const parsed = parseFlags(words.slice(command.split(' ').length), rule.flags);
  if (parsed.args.length !== rule.args) {
    throw new Error(`accepts ${rule.args} arg(s), received ${parsed.args.length}`);
  }
  const { method, address, body } = rule.request(parsed);
  return { method, ...readGoAddress(address), ...(body === undefined ? {} : { body }) };
}

/** spf13/pflag 1.0.10, `FlagSet.parseArgs`: `--` ends the flags; a lone `-` is an argument; the word after a flag is its value. */
function parseFlags(words: readonly string[], known: readonly string[]): Parsed {
  const args: string[] = [];
  const flags: Record<string, string> = {};
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word === '--') return { args: [...args, ...words.slice(i + 1)], flags };
    if (!word.startsWith('-') || word.length === 1) args.push(word);
    else {
      const [, flag = '', value] = /^--([^=]+)(?:=(.*))?$/su.exec(word) ?? [];
      if (!known.includes(flag)) throw new Error(`unknown flag: ${word}`);
      const next = value ?? words[i + 1];
      if (next === undefined) throw new Error(`flag needs an argument: ${word}`);
      if (value === undefined) i += 1;
      flags[flag] = next;
    }
  }
  return { args, flags };
}

function read(args: number, address: (args: readonly string[]) => string): CommandRule {
  return { args, flags: [], request: (parsed) => ({ method: 'GET', address: address(parsed.args) }) };
}

function ownerChange(collection: string): CommandRule {
  return {
    args: 1,
    flags: ['owner'],
    request: ({ args: [name], flags: { owner } }) => ({
      method: 'PATCH',
      address: `${UC}/${collection}/${name}`,
      body: { owner },
    }),
  };
}

function withJson(args: number, address: (args: readonly string[]) => string): CommandRule {
  return {
    args,
    flags: ['json'],
    request({ args: given, flags: { json = '' } }) {
      if (json.startsWith('@')) throw new Error(`a file is read: ${json}`);
      const body: unknown = JSON.parse(json);
      return { method: 'POST', address: address(given), body };
    },
  };
}

/** `fmt.Sscan` into an int. */
function wholeNumber(text: string): number {
  if (!/^\d+$/u.test(text)) throw new Error(`invalid VERSION_NUM: ${text}`);
  return Number(text);
}
