import { failure, unavailable, type CaseResult } from './outcome.ts';

/** A peer is not here and others are to blame: a registry of packages, or a machine without the tool that prepares it. */
export class PeerAbsent extends Error {}

/** Starts or builds a peer that a machine may lack; without it, the result of a case: skipped when it is a {@link PeerAbsent}, else failed. */
export async function startOptional<T extends object>(
  name: string,
  start: () => Promise<T>,
): Promise<T | CaseResult> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof PeerAbsent) return unavailable(name, { why: error.message, excused: true });
    return failure(`${name}: starts`, error);
  }
}

/** Runs `use`, which starts a tool; a machine without the tool is told as a {@link PeerAbsent}. */
export async function byTool<T>(tool: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new PeerAbsent(`this machine has no ${tool}`, { cause: error });
    throw error;
  }
}

/** Whether Maven says that its registry has not, or does not give, what was asked for. */
export function isMissingArtifact(output: string): boolean {
  return /Could not (?:find artifact|resolve|transfer)/u.test(output);
}
