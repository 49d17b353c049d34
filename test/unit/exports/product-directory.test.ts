import assert from 'node:assert/strict';
import { CatalogueDirectory } from '../../../src/activities/catalogue/catalogue-directory';

describe('what products refer to', () => {
  /** A directory over answers that come when the test says so, and the questions it has asked. */
  function directory(): {
    readonly catalogue: CatalogueDirectory;
    readonly asked: string[];
    readonly answer: () => void;
  } {
    const asked: string[] = [];
    const waiting: (() => void)[] = [];
    const told = <T>(question: string, found: T): Promise<T> => {
      asked.push(question);
      return new Promise((resolve) => waiting.push(() => resolve(found)));
    };
    const catalogue = new CatalogueDirectory(
      {
        omnium: {
          directory: { getMarkets: () => told('markets', []) },
          categories: { list: () => told('categories', []) },
        },
        flow: {
          catalogue: {
            getBrand: (brandUid) => told(`brand ${brandUid}`, brandUid === 'none' ? undefined : { brandUid }),
            getProductGroup: (productGroupUid) => told(`group ${productGroupUid}`, { productGroupUid }),
            getCategory: (categoryUid) => told(`category ${categoryUid}`, { categoryUid, categories: [] }),
            listProperties: () => told('properties', [{ propertyUid: 'color' }]),
            listPropertyOptions: (uid) =>
              told(`options ${uid}`, [{ propertyOptionUid: 'r', propertyOptionName: 'red' }]),
          },
        },
      },
      ['NOR'],
    );
    return { catalogue, asked, answer: () => waiting.splice(0).forEach((go) => go()) };
  }

  it('is asked for once, by however many at the same time, and remembered when there is none', async () => {
    const { catalogue, asked, answer } = directory();
    const questions = ['x', 'x', 'none', 'none'].map((uid) => catalogue.brands.get(uid, {}));
    answer();
    assert.deepEqual(await Promise.all(questions), [{ brandUid: 'x' }, { brandUid: 'x' }, undefined, undefined]);
    assert.equal(await catalogue.brands.get('none', {}), undefined);
    assert.deepEqual(asked, ['brand x', 'brand none']);
  });

  it('is what was made in the meantime', async () => {
    const { catalogue, asked, answer } = directory();
    catalogue.brands.set('new', { brandUid: 'new', name: 'New' });
    assert.deepEqual(await catalogue.brands.get('new', {}), { brandUid: 'new', name: 'New' });
    const red = catalogue.option('color', 'red', {});
    answer();
    assert.equal((await red)?.propertyOptionUid, 'r');
    catalogue.rememberOption('color', { propertyOptionUid: 'b', propertyOptionName: 'blue' });
    assert.equal((await catalogue.option('color', 'blue', {}))?.propertyOptionUid, 'b');
    assert.deepEqual(asked, ['options color']);
  });

  it('is forgotten after a refusal without taking an answer from those who wait for one, and once for many', async () => {
    const { catalogue, asked, answer } = directory();
    const before = catalogue.productGroups.get('g', {});
    catalogue.forget();
    const after = catalogue.productGroups.get('g', {});
    answer();
    assert.deepEqual(await Promise.all([before, after]), [{ productGroupUid: 'g' }, { productGroupUid: 'g' }]);
    catalogue.forget();
    await catalogue.productGroups.get('g', {});
    assert.deepEqual(asked, ['group g', 'group g']);
  });

  it('is not cancelled for the others when one of them gives up', async () => {
    const { catalogue, answer } = directory();
    const controller = new AbortController();
    const first = catalogue.categories.get('c', { signal: controller.signal });
    const second = catalogue.categories.get('c', {});
    controller.abort();
    answer();
    assert.deepEqual(await Promise.all([first, second]), [
      { categoryUid: 'c', categories: [] },
      { categoryUid: 'c', categories: [] },
    ]);
  });
});
