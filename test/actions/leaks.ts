/** In which forms each secret stands in a text: plain, base64 (with and without padding, url-safe), percent-encoded, JSON-escaped, hex. */
export function leaksOf(text: string, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret, index) =>
    Object.entries(encodingsOf(secret))
      .filter(([, encoded]) => text.includes(encoded))
      .map(([encoding]) => `secret ${index + 1} as ${encoding}`),
  );
}

/** What a secret may look like: the encodings that the runner masks, and hex. */
export function encodingsOf(secret: string): Record<string, string> {
  const bytes = Buffer.from(secret, 'utf8');
  // In base64 a secret in the middle of a longer text looks different for each of three offsets.
  const shifted = [1, 2].map((offset) =>
    bytes.subarray(3 - offset, bytes.length - ((bytes.length - (3 - offset)) % 3)).toString('base64'),
  );
  return {
    plain: secret,
    base64: bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64'),
    'base64 shifted by 1': shifted[0] ?? secret,
    'base64 shifted by 2': shifted[1] ?? secret,
    base64url: bytes.toString('base64url'),
    'percent-encoding': encodeURIComponent(secret),
    JSON: JSON.stringify(secret).slice(1, -1),
    hex: bytes.toString('hex'),
    HEX: bytes.toString('hex').toUpperCase(),
  };
}
