import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import type { Bytes } from './equal-versions.ts';

/** Whether the files of two versions are the same, or why that could not be read. */
export type SameBytes =
  { readonly kind: 'same' | 'other' } | { readonly kind: 'unread'; readonly why: string };

/** Compares the files of two versions: their lists, and where those are the same, every byte. */
export async function compareBytes(one: Bytes, other: Bytes): Promise<SameBytes> {
  try {
    const [listing, otherListing] = await Promise.all([one.listing(), other.listing()]);
    if (listing !== otherListing) return { kind: 'other' };
    const [content, otherContent] = await Promise.all([one.content(), other.content()]);
    return { kind: content === otherContent ? 'same' : 'other' };
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled')) throw error;
    return { kind: 'unread', why: messageOf(error) };
  }
}
