import assert from 'node:assert/strict';

import { type ScheduledTask } from '../../../src/config/types';
import { type DocumentRule, flag, T, task, testRules, withProperties } from './rule-documents';
import { type Document, load, put, validDocument } from './valid-config';

const TASKS = [
  'FlowProductScheduledTask',
  'FlowPriceScheduledTask',
  'FlowCostPriceScheduledTask',
  'FlowSoaScheduledTask',
];
const EXPORTER = [`${T}.connector.implementations`] as const;

const withTasks = (implementations: readonly string[], tasks: readonly object[], properties: object[] = []): Document =>
  withProperties(properties, {
    [EXPORTER[0]]: implementations,
    [`${T}.connector.scheduledTasks`]: tasks,
  });

const EXPORT_RULES: readonly DocumentRule[] = [
  ...TASKS.flatMap((name): DocumentRule[] => [
    {
      title: `${name} without products`,
      document: withTasks(['IStoreExporter'], [task(name)]),
      complaints: [`${T}.connector.scheduledTasks[0]: ${name} needs IProductExporter among the implementations`],
    },
    { title: `${name} with products`, document: withTasks(['IProductExporter'], [task(name)]), complaints: [] },
    { title: `${name} switched off`, document: withTasks([], [task(name, { isDisabled: true })]), complaints: [] },
  ]),
  {
    title: 'the category task without categories or products',
    document: withTasks([], [task('FlowCategoryScheduledTask')]),
    complaints: [
      `${T}.connector.scheduledTasks[0]: FlowCategoryScheduledTask needs SyncCategoriesToFlow to be "true"`,
      `${T}.connector.scheduledTasks[0]: FlowCategoryScheduledTask needs IProductExporter among the implementations`,
    ],
  },
  {
    title: 'the category task switched off without categories',
    document: withTasks([], [task('FlowCategoryScheduledTask', { isDisabled: 'true' })]),
    complaints: [],
  },
  {
    title: 'the category task with categories on a market',
    document: put(withTasks(['IProductExporter'], [task('FlowCategoryScheduledTask')]), `${T}.markets[0].properties`, [
      flag('SyncCategoriesToFlow'),
    ]),
    complaints: [],
  },
  {
    title: 'the category task with categories on the connector that the only market switches off',
    document: put(
      withTasks(['IProductExporter'], [task('FlowCategoryScheduledTask')], [flag('SyncCategoriesToFlow')]),
      `${T}.markets[0].properties`,
      [flag('SyncCategoriesToFlow', 'false')],
    ),
    complaints: [`${T}.connector.scheduledTasks[0]: FlowCategoryScheduledTask needs SyncCategoriesToFlow to be "true"`],
  },
  {
    title: 'package slots without products',
    document: withProperties([flag('CreatePackageSlots')]),
    complaints: [`${T}.connector.implementations: CreatePackageSlots needs IProductExporter among the implementations`],
  },
];

const PROPERTY_RULES: readonly DocumentRule[] = [
  {
    title: 'text and choice properties',
    document: put(validDocument(), `${T}.catalogue`, { textProperties: ['Care advice'], choiceProperties: ['fit'] }),
    complaints: [],
  },
  {
    title: 'properties that become one in Flow, or none, or one that variants have',
    document: put(validDocument(), `${T}.catalogue`, {
      textProperties: ['care-advice', 'Color', '---', 'fit'],
      choiceProperties: ['Careadvice', 'fit', 'size'],
    }),
    complaints: [
      `${T}.catalogue.textProperties[1]: becomes the same property in Flow as "color", which every variant has as a choice`,
      `${T}.catalogue.textProperties[2]: leaves no character for a Flow uid`,
      `${T}.catalogue.choiceProperties[0]: becomes the same property in Flow as "care-advice" of textProperties`,
      `${T}.catalogue.choiceProperties[1]: becomes the same property in Flow as "fit" of textProperties`,
      `${T}.catalogue.choiceProperties[2]: becomes the same property in Flow as "size", which every variant has as a choice`,
    ],
  },
  {
    title: 'a wrong word, an unknown member and an empty code',
    document: put(validDocument(), `${T}.catalogue`, {
      onDeletedInOmnium: 'archive',
      nonPurchasableAssortmentCodes: [''],
      textPropertys: [],
    }),
    complaints: [
      `${T}.catalogue.onDeletedInOmnium: must be one of discontinue, delete`,
      `${T}.catalogue.nonPurchasableAssortmentCodes[0]: must not be empty`,
      `${T}.catalogue.textPropertys: is not a setting: here are onDeletedInOmnium, nonPurchasableAssortmentCodes, textProperties, choiceProperties`,
    ],
  },
  {
    title: 'processes of engines that are none, or of which there are none',
    document: put(validDocument(), 'worker.processes', { exports: 0, export: 2 }),
    complaints: [
      'worker.processes.exports: must be a whole number from 1 to 100',
      'worker.processes.export: is not a setting: here are order-sync, receivement-sync, exports',
    ],
  },
];

describe('rules of the catalogue', () => {
  testRules([...EXPORT_RULES, ...PROPERTY_RULES]);

  it('keeps what the file says of the catalogue and of processes', () => {
    const document = put(validDocument(), `${T}.catalogue`, { onDeletedInOmnium: 'delete', textProperties: ['a'] });
    const config = load(put(document, 'worker.processes', { exports: '3' }));
    assert.deepEqual(config.tenants[0]?.catalogue, {
      onDeletedInOmnium: 'delete',
      nonPurchasableAssortmentCodes: [],
      textProperties: ['a'],
      choiceProperties: [],
    });
    assert.deepEqual(config.worker.processes, { 'order-sync': 1, 'receivement-sync': 1, exports: 3 });
  });

  describe('the task that exports products', () => {
    const tasksOf = (document: Document): readonly ScheduledTask[] =>
      load(document).tenants[0]?.connector.scheduledTasks ?? [];

    it('runs every quarter of an hour where products are exported and the file does not name it', () => {
      const price = task('FlowPriceScheduledTask');
      assert.deepEqual(tasksOf(withTasks(['IProductExporter'], [price])), [
        { ...price, isDisabled: false },
        { schedule: '*/15 * * * *', implementationType: 'FlowProductScheduledTask', isDisabled: false },
      ]);
      assert.deepEqual(tasksOf(withTasks(['IStoreExporter'], [])), []);
    });

    it('is as the file says where it names it, also when it is off', () => {
      const own = { schedule: '5 * * * *', implementationType: 'FlowProductScheduledTask', isDisabled: true };
      assert.deepEqual(tasksOf(withTasks(['IProductExporter'], [own])), [own]);
    });
  });
});
