import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventSender } from '../../../src/observability/metrics';
import type { Json } from '../crash-world';

/** A webhook that a sandbox has sent. */
export interface Letter {
  readonly sender: EventSender;
  readonly body: Json;
}

/** Takes every webhook of both sandboxes at once, and keeps it until somebody fetches it. */
export class PostOffice {
  private letters: Letter[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        const sender = incoming.url === '/flow' ? 'flow' : 'omnium';
        for (const one of [body].flat()) this.letters.push({ sender, body: one as Json });
        response.writeHead(202).end();
      });
    });
  }

  static async open(): Promise<PostOffice> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PostOffice(server);
  }

  addressOf(sender: EventSender): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${sender}`;
  }

  /** What has come since the last time, in an order that does not depend on how it travelled. */
  fetch(): Letter[] {
    const fetched = this.letters.map((letter) => ({ letter, key: JSON.stringify(letter.body) }));
    this.letters = [];
    return fetched.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ letter }) => letter);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
