/** Why a row could not be seen. */
export class Unseen extends Error {
  override readonly name = 'Unseen';
}
