import type { CommandWorld } from './world.ts';

const BOLD = ['\u001b[1m', '\u001b[22m'] as const;

/** How a line of the page is shown: its titles bold where a person sees them, and plain everywhere else. */
export function pageStyle(world: CommandWorld): (line: string) => string {
  if (!usesStyle(world)) return (line) => line;
  let isFirst = true;
  return (line) => {
    const isTitle = isFirst || /^\S.*:$/u.test(line);
    isFirst = false;
    return isTitle ? `${BOLD[0]}${line}${BOLD[1]}` : line;
  };
}

/** By no-color.org and force-color.org; a terminal that is dumb, or none, shows text alone. */
function usesStyle({ environment, isTerminal }: CommandWorld): boolean {
  const isSet = (name: string) => (environment[name] ?? '') !== '';
  if (isSet('NO_COLOR')) return false;
  if (isSet('FORCE_COLOR')) return environment['FORCE_COLOR'] !== '0';
  return isTerminal.stderr && environment['TERM'] !== 'dumb';
}
