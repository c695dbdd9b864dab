import { PromoteError, messageOf } from '../domain/errors.ts';
import { show } from '../domain/text.ts';

/** A section of the file that is no profile (auth-and-http §2). */
const RESERVED = '__settings__';

/**
 * The values of a named profile of a `.databrickscfg`. `DEFAULT` is a profile like others and is not merged into them.
 * Throws `invalid-input` for a profile that does not exist.
 */
export async function readProfile(text: string, name: string): Promise<ReadonlyMap<string, string>> {
  const { parse } = await import(/* webpackMode: "eager" */ 'ini');
  let sections: Record<string, unknown>;
  try {
    sections = parse(text.replace(/^\uFEFF/u, ''), { bracketedArray: false });
  } catch (cause) {
    throw refused(`it cannot be read: ${messageOf(cause)}`, 'Mend the file.');
  }
  const profiles = new Map(Object.entries(sections).filter(([key]) => key !== RESERVED));
  const section = profiles.get(name);
  if (typeof section !== 'object' || section === null) {
    throw refused(
      `there is no profile "${show(name, 60)}"${name === RESERVED ? ': the section of that name holds settings' : ''}.`,
      `Name one that the file has${listed(profiles)}.`,
    );
  }
  return new Map(Object.entries(section).map(([key, value]) => [key, String(value)]));
}

function listed(profiles: ReadonlyMap<string, unknown>): string {
  const names = [...profiles].flatMap(([key, value]) => (typeof value === 'object' ? [show(key, 60)] : []));
  return names.length === 0 ? '; it has none' : `: ${names.slice(0, 20).join(', ')}`;
}

function refused(problem: string, fix: string): PromoteError {
  return new PromoteError(`profile: ${problem}`, {
    code: 'invalid-input',
    outcome: 'invalid',
    faults: [{ input: 'profile', problem, fix }],
  });
}
