import { type DocumentRule, flag, T, task, testRules, withProperties } from './rule-documents';

const GATE_CLOSED = 'without it no stock level is sent to Flow; if none shall be, take the exporter and its task away';
const GATE = 'OmniumIsMasterForStock must be "true", here or on a market, because';
const EXPORTED = `${T}.connector.properties: ${GATE} IInventoryExporter is among the implementations: ${GATE_CLOSED}`;

const RULES: readonly DocumentRule[] = [
  {
    title: 'an export of stock behind a closed gate',
    document: withProperties([], { [`${T}.connector.implementations`]: ['IInventoryExporter'] }),
    complaints: [EXPORTED],
  },
  {
    title: 'the same with the gate closed in words, and a schedule',
    document: withProperties([flag('OmniumIsMasterForStock', 'false')], {
      [`${T}.connector.implementations`]: ['IInventoryExporter'],
      [`${T}.connector.scheduledTasks`]: [task('FlowInventoryScheduledTask')],
    }),
    complaints: [EXPORTED],
  },
  {
    title: 'a gate that every market closes again',
    document: withProperties([flag('OmniumIsMasterForStock')], {
      [`${T}.connector.implementations`]: ['IInventoryExporter'],
      [`${T}.markets[0].properties`]: [flag('OmniumIsMasterForStock', 'false')],
    }),
    complaints: [EXPORTED],
  },
  {
    title: 'a scheduled export of stock without exporter and gate',
    document: withProperties([], { [`${T}.connector.scheduledTasks`]: [task('FlowInventoryScheduledTask')] }),
    complaints: [
      `${T}.connector.scheduledTasks[0]: FlowInventoryScheduledTask needs IInventoryExporter among the implementations`,
      `${T}.connector.properties: ${GATE} FlowInventoryScheduledTask is scheduled: ${GATE_CLOSED}`,
    ],
  },
  {
    title: 'a gate with a wrong value, once only',
    document: withProperties([flag('OmniumIsMasterForStock', 'yes')], {
      [`${T}.connector.implementations`]: ['IInventoryExporter'],
    }),
    complaints: [`${T}.connector.properties[4].value: OmniumIsMasterForStock must be true or false`],
  },
  {
    title: 'a scheduled export that is disabled',
    document: withProperties([], {
      [`${T}.connector.scheduledTasks`]: [task('FlowInventoryScheduledTask', { isDisabled: true })],
    }),
    complaints: [],
  },
  {
    title: 'an export of stock with the gate open on a market',
    document: withProperties([flag('UseCostPriceListInInventoryExport')], {
      [`${T}.connector.implementations`]: ['IInventoryExporter'],
      [`${T}.connector.scheduledTasks`]: [task('FlowInventoryScheduledTask')],
      [`${T}.markets[0].properties`]: [flag('OmniumIsMasterForStock')],
    }),
    complaints: [],
  },
  {
    title: 'the gate open and nothing exported: levels may come later',
    document: withProperties([flag('OmniumIsMasterForStock')]),
    complaints: [],
  },
  {
    title: 'Flow as the master of the web warehouse, by its uid or by an id that becomes it',
    document: withProperties([flag('FlowWebWarehouse', 'webno')], {
      [`${T}.stores`]: [
        { storeId: 'web-no', settings: { OMNIUM_FLOW_STOCK_MASTER: true } },
        { storeId: 'oslo-city', settings: { OMNIUM_FLOW_STOCK_MASTER: true } },
      ],
    }),
    complaints: [
      `${T}.stores[0].settings.OMNIUM_FLOW_STOCK_MASTER: FlowWebWarehouse names this one: it holds the stock of the web shop, of which Omnium is the master`,
    ],
  },
  {
    title: 'Flow as the master of a market’s own web warehouse',
    document: withProperties([flag('FlowWebWarehouse', 'web')], {
      [`${T}.markets[0].properties`]: [flag('FlowWebWarehouse', 'outlet')],
      [`${T}.stores`]: [{ storeId: 'x', storeUid: 'outlet', settings: { OMNIUM_FLOW_STOCK_MASTER: true } }],
    }),
    complaints: [
      `${T}.stores[0].settings.OMNIUM_FLOW_STOCK_MASTER: FlowWebWarehouse names this one: it holds the stock of the web shop, of which Omnium is the master`,
    ],
  },
  {
    title: 'Omnium as its master',
    document: withProperties([flag('FlowWebWarehouse', 'webno')], { [`${T}.stores`]: [{ storeId: 'web-no' }] }),
    complaints: [],
  },
];

describe('configuration rules for stock and its masters', () => {
  testRules(RULES);
});
