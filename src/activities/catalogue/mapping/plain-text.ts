import { compile } from 'html-to-text';

/**
 * Texts nested deeper than this are no descriptions: the converter works recursively, and anything may stand in a field of
 * Omnium's.
 */
const MAX_DEPTH = 200;

/** Longer texts are cut: no description is, and the converter's work grows with the square of some. */
const MAX_LENGTH = 50_000;

/** Cells of one row, a row to a line. The converter's own tables are laid out as a grid, whose size two attributes decide. */
const CELL_END = /<\/t[dh]\s*>/gi;
const ROW_END = /<\/tr\s*>/gi;

/** A tag, a comment or a character reference: what a plain text does not hold. */
const MARKUP = /<[a-z!/][^<>]*>|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/i;

const htmlToText = compile({
  wordwrap: false,
  limits: { maxDepth: MAX_DEPTH, ellipsis: '' },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    { selector: 'script', format: 'skip' },
    { selector: 'style', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'table', format: 'block' },
    { selector: 'ul', options: { itemPrefix: '- ' } },
  ],
});

/**
 * A description without its HTML (Flow, products page): paragraphs, lines and list items stay on lines of their own, links
 * and pictures leave their text. A text without markup keeps its lines. Undefined when nothing is left.
 */
export function plainText(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const some = text.slice(0, MAX_LENGTH);
  const plain = MARKUP.test(some) ? htmlToText(some.replace(CELL_END, ' $&').replace(ROW_END, '<br>$&')) : some;
  const tidy = plain
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t\u00a0]+/g, ' ')
    .replace(/ *\n */g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return tidy === '' ? undefined : tidy;
}

/** A name, which is one line. */
export function plainLine(text: string | undefined): string | undefined {
  return plainText(text)?.replace(/\s+/g, ' ');
}
