import { execFileSync } from 'node:child_process';
import { request } from 'node:http';

/** Prints each word of a command as a shell hands it to the program. */
const PROGRAM = String.raw`databricks() { printf '%s\0' "$@"; }`;

/**
 * What the Databricks CLI sends for a printed command on aliases, by its own rules (CLI 1.13.0): cobra takes a word that
 * begins with `-` for a flag unless `--` stood before, and names go into the path as they are.
 */
export interface CliRequest {
  readonly method: 'PUT' | 'DELETE';
  /** As the URL parser of the CLI cuts it: what follows `#` is never sent. */
  readonly path: string;
  readonly json?: unknown;
}

/** Reads a printed command with a real shell. Throws where the CLI would refuse it. */
export function readCommand(text: string): CliRequest {
  const printed = execFileSync('sh', ['-c', `${PROGRAM}\n${text}`], { encoding: 'utf8' });
  const [group, command, ...rest] = printed.split('\0').slice(0, -1);
  const end = rest.indexOf('--');
  const flags = rest.slice(0, end < 0 ? rest.length : end).filter((word) => word.startsWith('-'));
  if (flags.length > 0) throw new Error(`unknown flag: ${flags.join(' ')}`);
  const [name = '', alias = '', version] = rest.filter((_, index) => index !== end);
  if (group !== 'registered-models') throw new Error(`unknown command: ${group}`);
  const url = new URL(`http://host/api/2.1/unity-catalog/models/${name}/aliases/${alias}`);
  const path = `${url.pathname}${url.search}`;
  if (command === 'delete-alias') return { method: 'DELETE', path };
  if (command === 'set-alias') return { method: 'PUT', path, json: { version_num: Number(version) } };
  throw new Error(`unknown command: ${command}`);
}

/** Sends what the CLI would send; gives the status. */
export async function sendCommand(
  base: string,
  token: string,
  { method, path, json }: CliRequest,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${base}${path}`,
      { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } },
      (incoming) => {
        incoming.resume();
        incoming.on('end', () => resolve(incoming.statusCode ?? 0));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(json === undefined ? undefined : JSON.stringify(json));
  });
}
