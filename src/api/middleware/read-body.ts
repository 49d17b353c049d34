import { type IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { RefusedRequest } from './refused-request';

const decoders = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/**
 * Reads a request's body whole, as bytes, because a signature is made over the bytes.
 *
 * @param maxBytes limit for the body as sent and, when it is compressed, as unpacked
 * @throws RefusedRequest 413 when the body is longer, 400 when it is compressed in a way that cannot be read,
 *   503 when the connection broke (the sender repeats)
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const body = await readBytes(request, maxBytes);
  const encoding = request.headers['content-encoding']?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'deflate' && encoding !== 'br') {
    throw new RefusedRequest(400, 'the body is compressed in an unknown way');
  }
  try {
    return await decoders[encoding](body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw new RefusedRequest(400, 'the body is not what its Content-Encoding says');
  }
}

function tooLarge(maxBytes: number): RefusedRequest {
  return new RefusedRequest(413, `the body is longer than ${maxBytes} bytes`);
}

function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  // No Content-Length when the body is chunked; then the count below decides.
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > maxBytes) {
        request.removeAllListeners('data');
        reject(tooLarge(maxBytes));
        return;
      }
      chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', () => reject(new RefusedRequest(503, 'the body ended early')));
  });
}
