/** The first character that no token, secret or id in a header has: such texts are visible ASCII (RFC 6750 §2.1). */
export function foreignCharacter(text: string): string | undefined {
  return named(/[^\x21-\x7e]/u.exec(text)?.[0]);
}

/** The first character that cannot be seen: a name or password of HTTP Basic has none (RFC 7617 §2). */
export function invisibleCharacter(text: string): string | undefined {
  return named(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.exec(text)?.[0]);
}

/** A character by its number, since it may not be seen. */
function named(character: string | undefined): string | undefined {
  const code = character?.codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
