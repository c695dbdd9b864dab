/** A row could not be told: why. */
export class Unseen extends Error {
  override readonly name = 'Unseen';
}
