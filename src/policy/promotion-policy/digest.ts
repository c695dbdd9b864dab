import { createHash } from 'node:crypto';
import { canonical } from '../../plan/digest.ts';
import type { PromotionPolicy } from './policy.ts';

/** SHA-256 of what a policy says, 64 hexadecimal digits: comments, order of keys and left-out defaults do not count. */
export function policyDigest(policy: PromotionPolicy): string {
  return createHash('sha256').update(canonical(policy), 'utf8').digest('hex');
}
