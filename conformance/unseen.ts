/** Why a row could not be read. */
export class Unseen extends Error {
  override readonly name = 'Unseen';
}
