import { compile } from 'html-to-text';

/**
 * Texts nested deeper than this are no descriptions: the converter works recursively, and anything may stand in a field of
 * Omnium's.
 */
const MAX_DEPTH = 200;

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
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    { selector: 'ul', options: { itemPrefix: '- ' } },
  ],
});

/**
 * A description without its HTML (Flow, products page): paragraphs, lines and list items stay on lines of their own, links
 * and pictures leave their text. A text without markup keeps its lines. Undefined when nothing is left.
 */
export function plainText(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const plain = MARKUP.test(text) ? htmlToText(text) : text;
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
