import { invalidInputs } from '../domain/errors.ts';
import { PRODUCT } from '../domain/product.ts';
import { openGitHub, type GitHubOptions } from '../github/client.ts';
import type { GitHub } from '../github/port.ts';
import { parseHost } from '../http/host.ts';
import type { Environment } from './environment.ts';

/** GitHub's API as the runner names it in `GITHUB_API_URL`: github.com, or a GitHub Enterprise Server with its path. */
export function gitHubOf(
  environment: Environment,
  options: Omit<GitHubOptions, 'host' | 'userAgent'>,
): GitHub {
  const address = environment['GITHUB_API_URL'] ?? 'https://api.github.com';
  const host = parseHost(address);
  if (!host.ok) {
    const fix = 'The runner sets this variable, for example to https://api.github.com. Do not change it.';
    throw invalidInputs([{ input: 'GITHUB_API_URL', problem: host.problem, fix }]);
  }
  return openGitHub({
    ...options,
    host: `${host.value.origin}${host.value.path}`,
    userAgent: `${PRODUCT.name}/${PRODUCT.version}`,
  });
}
