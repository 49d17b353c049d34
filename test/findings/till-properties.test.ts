import assert from 'node:assert/strict';
import { Integration, type Json } from '../support/integration';
import { Tills } from '../support/tills';
import { WebShop } from '../support/web-shop';

const METHOD = 'in-store';
const form = (order: Json): Json => order.orderForm as Json;
const lines = (order: Json): Json[] => form(order).lineItems as Json[];
const valueOf = (holder: Json | undefined, key: string): unknown =>
  ((holder?.properties ?? []) as Json[]).find((property) => property.key === key)?.value;

describe('findings: what the mission wants on documents of the tills', function () {
  this.timeout(60_000);
  let integration: Integration;
  let shop: WebShop;
  let tills: Tills;
  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start((config) => ({
      ...config,
      tenants: config.tenants.map((tenant) => ({
        ...tenant,
        settings: {
          ...tenant.settings,
          OMNIUM_DEFAULT_SHIPPING_METHOD_ID: METHOD,
          OMNIUM_PROPERTY_PREFIX: 'till',
        },
      })),
    }));
    shop = new WebShop(integration);
    tills = new Tills(integration);
  });
  after(() => integration.stop());

  const sold = async (more: Json = {}): Promise<Json> => {
    const sale = await tills.sell([{ sku: shop.sku(0), itemPrice: 10_000, ...more }]);
    await integration.orderInOmniumWhen(String(sale.orderUid), ({ status }) => status === 'Completed');
    return sale;
  };

  it('rule 12: a sale’s lines have the tenant’s properties and the clerk’s words', async () => {
    const sale = await sold({ note: 'gift, no price tag' });
    const [line] = lines(await integration.orderInOmniumWhen(String(sale.orderUid)));
    const [item] = sale.items as Json[];
    assert.equal(valueOf(line, 'till.orderItemUid'), item?.orderItemUid);
    assert.equal(valueOf(line, 'till.productUid'), item?.productUid);
    assert.equal(line?.comment, 'gift, no price tag');
  });

  it('rule 12: the order of an exchange has the shipping method and the properties', async () => {
    const sale = await sold();
    const exchange = await tills.exchange([{ sku: shop.sku(0) }], [{ sku: shop.sku(1), itemPrice: 15_000 }], {
      originalOrderUid: sale.orderUid,
    });
    const orderUid = String(exchange.orderUid);
    const order = await integration.orderInOmniumWhen(orderUid, (each) => valueOf(each, 'till.orderUid') === orderUid);
    assert.equal(valueOf(order, 'till.orderNumber'), exchange.orderNumber);
    assert.equal(((form(order).shipments ?? []) as Json[])[0]?.shippingMethodName, METHOD);
    assert.ok(valueOf(lines(order)[0], 'till.orderItemUid'), 'on its lines, too');
    assert.equal((await integration.settled(String(sale.orderUid))).syncState, 'Synced');
  });

  it('rule 12: a second look at an exchange writes nothing', async () => {
    const sale = await sold();
    const exchange = await tills.exchange([{ sku: shop.sku(0) }], [{ sku: shop.sku(1), itemPrice: 15_000 }], {
      originalOrderUid: sale.orderUid,
    });
    const orderUid = String(exchange.orderUid);
    await integration.orderInOmniumWhen(orderUid, (each) => valueOf(each, 'till.orderUid') === orderUid);
    await integration.settled(String(sale.orderUid));
    await integration.clearRequests();
    await integration.resync(String(sale.orderUid), orderUid);
    await integration.settled(String(sale.orderUid));
    const writes = (await integration.requests('omnium')).filter(({ method }) => method !== 'GET');
    assert.deepEqual(writes, []);
  });

  it('rule 12: a return has the properties', async () => {
    const sale = await sold();
    const back = await tills.takeBack([{ sku: shop.sku(0) }], { originalOrderUid: sale.orderUid });
    const hasReturn = (order: Json): boolean => ((order.returnOrderForms ?? []) as Json[]).length === 1;
    const order = await integration.orderInOmniumWhen(String(sale.orderUid), hasReturn);
    const [returned] = order.returnOrderForms as Json[];
    assert.equal(valueOf(returned, 'till.orderNumber'), back.orderNumber);
  });
});
