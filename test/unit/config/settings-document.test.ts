import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

import { SECRET_MEMBERS } from '../../../src/config/load';
import { listSettings, renderSettingsTable } from '../../../src/config/settings-table';

const DOCUMENT = 'docs/settings.md';
const TABLE = /(?<=<!-- settings: begin -->\n\n)[\s\S]*?(?=\n\n<!-- settings: end -->)/;

/** Every name in the two mission pages that describe settings. */
const VENDOR_SETTINGS = {
  flow: [
    'OMNIUM_CLIENT_ID',
    'OMNIUM_CLIENT_SECRET',
    'OMNIUM_TOKEN',
    'OMNIUM_DEFAULT_SHIPPING_METHOD_ID',
    'OMNIUM_CLICK_COLLECT_ORDERHANDLING_UID',
    'OMNIUM_ONLINE_ORDER_HANDLING_UID',
    'OMNIUM_CLICK_COLLECT_EXPIRY_DAYS',
    'OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS',
    'OMNIUM_CUSTOMER_MARKET_GROUP_ID',
    'OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY',
    'OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM',
    'OMNIUM_PROPERTY_PREFIX',
    'OMNIUM_FLOW_STOCK_MASTER',
  ],
  connector: [
    'DefaultTenantUid',
    'OmniumIsMasterForStock',
    'SyncCategoriesToFlow',
    'ProductGroupRootId',
    'DefaultProductGroupUid',
    'DefaultVatCodeUid',
    'MainPricesListUid',
    'StorePriceListsInFlow',
    'OrganizationUid',
    'PurchaseNumberSeriesUid',
    'VoucherNumberSeriesUid',
    'ExportDeliveryAsPo',
    'SendPackageProductOnPurchaseOrder',
    'CreatePackageSlots',
    'UseCostPriceListInInventoryExport',
    'UseMarketGroupFlowTenants',
    'FlowWebWarehouse',
    'VatCodeUids',
  ],
  tasks: [
    'FlowInventoryScheduledTask',
    'FlowPriceScheduledTask',
    'FlowCostPriceScheduledTask',
    'FlowSoaScheduledTask',
    'FlowCategoryScheduledTask',
  ],
};

describe('docs/settings.md', () => {
  it('holds the table that the schema gives (UPDATE_SETTINGS_TABLE=1 writes it)', () => {
    const written = readFileSync(DOCUMENT, 'utf8');
    assert.match(written, TABLE, 'the marks of the table are gone');
    const wanted = written.replace(TABLE, () => renderSettingsTable());
    if (process.env['UPDATE_SETTINGS_TABLE']) writeFileSync(DOCUMENT, wanted);
    else assert.equal(written, wanted);
  });

  for (const [place, origin, names] of [
    ['tenants[].connector.properties[]', 'Omnium', VENDOR_SETTINGS.connector],
    ['tenants[].connector.scheduledTasks[]', 'Omnium', VENDOR_SETTINGS.tasks],
  ] as const) {
    it(`lists exactly the vendor's names in ${place}`, () => {
      const listed = listSettings().filter((row) => row.place === place && row.origin === origin);
      assert.deepEqual(listed.map((row) => row.name).sort(), [...names].sort());
    });
  }

  it("lists exactly Flow's settings, the store's under the store", () => {
    const listed = listSettings().filter((row) => row.name.startsWith('OMNIUM_'));
    assert.deepEqual(listed.map((row) => row.name).sort(), [...VENDOR_SETTINGS.flow].sort());
    const stockMaster = listed.find((row) => row.name === 'OMNIUM_FLOW_STOCK_MASTER');
    assert.deepEqual([stockMaster?.place, stockMaster?.level], ['tenants[].stores[].settings', 'store']);
  });

  it('has the documented defaults of the vendors', () => {
    const defaults = new Map(listSettings().map((row) => [row.name, row.defaultValue]));
    assert.equal(defaults.get('OMNIUM_PROPERTY_PREFIX'), '`flow`');
    assert.equal(defaults.get('OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM'), '`false`');
    assert.equal(defaults.get('OMNIUM_CLIENT_ID'), 'required');
    assert.equal(defaults.get('OMNIUM_CLICK_COLLECT_EXPIRY_DAYS'), 'not set');
    assert.equal(defaults.get('StorePriceListsInFlow'), '`false`');
    assert.equal(defaults.get('OrganizationUid'), 'required');
  });

  it('names each setting once', () => {
    const keys = listSettings().map((row) => `${row.place} ${row.name}`);
    assert.equal(new Set(keys).size, keys.length);
  });

  it('says of the product task that its name is ours, and when it runs by itself', () => {
    const task = listSettings().find((row) => row.name === 'FlowProductScheduledTask');
    assert.deepEqual([task?.origin, task?.defaultValue], ['this service', '`*/15 * * * *` with IProductExporter']);
  });

  it('says of OmniumIsMasterForStock that it is the gate to Flow, and of no default that opens it', () => {
    const gate = listSettings().find((row) => row.name === 'OmniumIsMasterForStock');
    assert.match(gate?.effect ?? '', /gates the way of stock from Omnium to Flow: without it no stock levels are sent/);
    assert.equal(gate?.defaultValue, '`false`');
  });

  it('marks as secret every setting that is hidden where a configuration is printed', () => {
    const marked = listSettings().filter((row) => row.effect.includes('(secret)') && row.place !== 'environment');
    for (const name of SECRET_MEMBERS) {
      assert.ok(
        marked.some((row) => row.name === name || (row.name.startsWith('schemes') && row.effect.includes(name))),
        name,
      );
    }
    assert.equal(
      marked.filter((row) => row.name.startsWith('schemes')).length,
      8,
      'four schemes for each of two senders',
    );
  });
});
