import { type Request, type Response, type Router } from 'express';

import { queryFlag, queryValue } from '../state/paging';
import { isJsonObject, type JsonObject } from '../wire/schema';
import { type ApiUsers } from './api-users';

const textOf = (body: JsonObject, name: string): string | undefined => {
  const value = Object.entries(body).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  return typeof value === 'string' ? value : undefined;
};

const credentialsOf = (req: Request): { clientId: string; clientSecret: string } => {
  const form: JsonObject = isJsonObject(req.body) ? req.body : {};
  // A form must say what it is; `client_id` of RFC 6749 is not understood here (contract §1).
  const usable = textOf(form, 'grant_type') === 'client_credentials';
  const given = (name: string): string => queryValue(req, name) ?? (usable ? (textOf(form, name) ?? '') : '');
  return { clientId: given('clientId'), clientSecret: given('clientSecret') };
};

/** `POST /api/Token` in its three forms: JSON, text by query, text by form (contract §1). */
export const addTokenRoute = (router: Router, users: ApiUsers): void => {
  router.post('/api/Token', (req: Request, res: Response) => {
    const { clientId, clientSecret } = credentialsOf(req);
    const issued = users.issue(clientId, clientSecret);
    if (issued === undefined) {
      res.status(401).type('text/plain').send('Invalid client credentials.');
    } else if (queryFlag(req, 'returnAsJson') === true) {
      res.json({ accessToken: issued.token, tokenType: 'Bearer', expiresIn: issued.expiresInSeconds });
    } else {
      res.type('text/plain').send(issued.token);
    }
  });
};
