/**
 * Uids of parts that only we name (order lines, settlements). Unlike the vendor's rule for whole documents (strip what
 * Flow does not allow), this writing is reversible, so two different ids can never become one uid: `_` and everything
 * outside `[A-Za-z0-9]` become `_` and the character's code in hexadecimal and another `_`.
 */
export function ownUid(...parts: readonly string[]): string {
  return parts.map(encode).join('-');
}

function encode(part: string): string {
  return part.replace(/[^A-Za-z0-9]/gu, (character) => `_${(character.codePointAt(0) ?? 0).toString(16)}_`);
}
