import { type Request } from 'express';

import { invalidField, OmniumProblem } from '../problem';
import { requiredQueryValue } from '../state/paging';
import { type IncomingFile } from './invoice-files';

const largestBytes = 10 * 1024 * 1024;
const accepted = new Set(['application/pdf', 'application/octet-stream']);

/**
 * The file that a call brings as its raw body (contract §8): not multipart, up to 10 MiB, and what calls itself a PDF is
 * one.
 * @throws OmniumProblem 400 for an empty, too large or wrong file or name, 415 for another content type.
 */
export const readUpload = (req: Request): IncomingFile => {
  const fileName = requiredQueryValue(req, 'fileName');
  if (!/^[^/\\]+\.[A-Za-z0-9]+$/.test(fileName)) {
    throw invalidField('fileName', 'must be a name with an extension');
  }
  const contentType = (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const bytes: unknown = req.body;
  if (bytes === undefined) {
    throw invalidField('body', 'is empty');
  }
  if (!accepted.has(contentType) || !Buffer.isBuffer(bytes)) {
    throw new OmniumProblem(415, 'The body must be the raw file: application/pdf or application/octet-stream.');
  }
  if (bytes.length > largestBytes) {
    throw invalidField('body', `must not be over ${largestBytes} bytes`);
  }
  const isPdf = contentType === 'application/pdf' || fileName.toLowerCase().endsWith('.pdf');
  if (isPdf && bytes.subarray(0, 5).toString('latin1') !== '%PDF-') {
    throw invalidField('body', 'is no PDF');
  }
  return { fileName, contentType: isPdf ? 'application/pdf' : contentType, bytes };
};
