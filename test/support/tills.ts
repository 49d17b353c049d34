import assert from 'node:assert/strict';
import type { Integration, Json } from './integration';

/** A line as a clerk rings it up. Amounts in cents, quantities in hundredths of a piece. */
export interface TillLine {
  readonly sku: string;
  readonly quantity?: number;
  readonly itemPrice?: number;
  readonly itemDiscountAmount?: number;
}

/** The tills of the shops, through the sandbox's simulator. */
export class Tills {
  constructor(
    private readonly integration: Integration,
    private readonly storeUid = 'oslocity',
  ) {}

  async sell(lines: readonly TillLine[], more: Json = {}): Promise<Json> {
    return await this.act('sales', { lines: lines.map(pieces), ...more });
  }

  async park(lines: readonly TillLine[], more: Json = {}): Promise<Json> {
    return await this.act('parked-orders', { lines: lines.map(pieces), ...more });
  }

  async takeBack(lines: readonly Json[], more: Json = {}): Promise<Json> {
    return await this.act('returns', { lines: lines.map((line) => ({ quantity: 100, ...line })), ...more });
  }

  async exchange(returned: readonly Json[], lines: readonly TillLine[], more: Json = {}): Promise<Json> {
    const back = returned.map((line) => ({ quantity: 100, ...line }));
    return await this.act('exchanges', { returned: back, lines: lines.map(pieces), ...more });
  }

  async onOrder(orderUid: string, action: string, body: Json = {}): Promise<Json> {
    return await this.act(`orders/${orderUid}/${action}`, body);
  }

  private async act(action: string, body: Json): Promise<Json> {
    const { status, body: answer } = await this.integration.till(this.storeUid, action, body);
    assert.ok(status < 300, `till ${action}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  }
}

function pieces(line: TillLine): Json {
  return { quantity: 100, ...line };
}
