import { type Request, type Response } from 'express';
import { LRUCache } from 'lru-cache';

import { type ApiUser } from './access/api-users';
import { type Document } from './documents';
import { type EventCause } from './events/event-stream';
import { type JsonObject } from './wire/schema';

/** Stored documents never change, so their text can be kept; large orders are read far more often than written. */
const texts = new LRUCache<Document, string>({ max: 3000 });

const textOf = (document: Document): string => {
  const known = texts.get(document);
  if (known !== undefined) {
    return known;
  }
  const text = JSON.stringify(document);
  texts.set(document, text);
  return text;
};

/** Answers one stored document. */
export const sendDocument = (res: Response, document: Document): void => {
  res.type('application/json').send(textOf(document));
};

/** Answers a list of stored documents in an envelope: `{result:[…], …rest}` (contract §2). */
export const sendDocuments = (res: Response, documents: readonly Document[], rest: JsonObject): void => {
  const others = JSON.stringify(rest).slice(1);
  const list = `{"result":[${documents.map(textOf).join(',')}]`;
  res.type('application/json').send(others === '}' ? `${list}}` : `${list},${others}`);
};

/** As {@link sendDocuments} for documents that were made for this answer: their text is not kept. */
export const sendFreshDocuments = (res: Response, documents: readonly Document[], rest: JsonObject): void => {
  res.type('application/json').send(JSON.stringify({ result: documents, ...rest }));
};

/** Answers one page of a search. */
export const sendPage = (res: Response, hits: readonly Document[], [from, to]: [number, number]): void => {
  sendDocuments(res, hits.slice(from, to), { totalHits: hits.length });
};

/** Remembers who calls. */
export const setCaller = (res: Response, user: ApiUser): void => {
  res.locals['caller'] = user.clientId;
};

/** The call as events name it: `POST /api/Orders` and the API user. */
export const causeOf = (req: Request, res: Response): EventCause => {
  const caller: unknown = res.locals['caller'];
  return { origin: `${req.method} ${req.baseUrl}${req.path}`, userId: typeof caller === 'string' ? caller : '' };
};

/** The answer of a patch (contract §2). */
export const patchResult = (changed: boolean): JsonObject => ({
  totalCount: 1,
  updatedCount: changed ? 1 : 0,
  unchangedCount: changed ? 0 : 1,
  notFoundCount: 0,
  errorCount: 0,
  isModified: changed,
});

/** The answer of a patch whose body names something unknown. */
export const notFoundResult = (id: string): JsonObject => ({
  totalCount: 1,
  updatedCount: 0,
  unchangedCount: 0,
  notFoundCount: 1,
  errorCount: 0,
  notFoundIds: [id],
  isModified: false,
});
