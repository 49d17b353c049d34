import { createServer } from 'node:http';
import express from 'express';
import { answerQuestions } from '../rig/peer';

/** The bare Express echo: parses the same JSON body and answers 202, and does nothing else. */
export type EchoServer = {
  /** Listens on a free port; answers the URL. */
  listen(nothing: undefined): string;
};

if (require.main === module) {
  answerQuestions<EchoServer>({
    listen: async () => {
      const app = express();
      app.disable('x-powered-by');
      app.disable('etag');
      app.post('/webhooks/omnium/:tenantUid', express.json(), (request, response) => {
        const { objectNumber } = request.body as { readonly objectNumber: string };
        response.status(202).json({ outcome: 'recorded', orderNumber: objectNumber });
      });
      const server = createServer(app);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('the echo has no port');
      return `http://127.0.0.1:${address.port}`;
    },
  });
}
