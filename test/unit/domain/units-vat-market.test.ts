import assert from 'node:assert/strict';

import { marketIdOfStore } from '../../../src/domain/country-market';
import { centimetresToMillimetres, gramsToWholeGrams, kilogramsToGrams } from '../../../src/domain/units';
import { vatCodeUidOf } from '../../../src/domain/vat';

describe('units', () => {
  for (const [convert, value, expected] of [
    [kilogramsToGrams, 1.2, 1200],
    [kilogramsToGrams, '0.0005', 1],
    [kilogramsToGrams, 1.0005, 1001],
    [kilogramsToGrams, 0.29, 290],
    [kilogramsToGrams, 0, 0],
    [gramsToWholeGrams, 499.5, 500],
    [gramsToWholeGrams, '12', 12],
    [centimetresToMillimetres, 2.54, 25],
    [centimetresToMillimetres, 0.05, 1],
    [centimetresToMillimetres, '120', 1200],
  ] as const) {
    it(`${convert.name}(${JSON.stringify(value)}) is ${expected}`, () => assert.equal(convert(value), expected));
  }
  for (const convert of [kilogramsToGrams, gramsToWholeGrams, centimetresToMillimetres]) {
    it(`${convert.name} refuses what is negative, no number, or too large`, () => {
      assert.throws(() => convert(-1), { problem: 'negative' });
      assert.throws(() => convert('2 kg'), { problem: 'not-a-number' });
      assert.throws(() => convert(NaN), { problem: 'not-finite' });
      assert.throws(() => convert(1e18), { problem: 'too-large' });
    });
  }
});

describe('marketIdOfStore', () => {
  for (const [countryCode, externalId, marketId] of [
    ['NO', undefined, 'NOR'],
    ['SE', '', 'SWE'],
    ['DK', '  ', 'DNK'],
    ['FI', undefined, 'FIN'],
    [' no ', undefined, 'NOR'],
    ['NO', 'NOR-B2B', 'NOR-B2B'],
    ['DE', 'DEU', 'DEU'],
  ] as const) {
    it(`is ${marketId} for ${JSON.stringify(countryCode)} and externalId ${JSON.stringify(externalId)}`, () => {
      assert.equal(marketIdOfStore({ countryCode, externalId }), marketId);
    });
  }
  for (const countryCode of ['DE', '', 'constructor']) {
    it(`refuses ${JSON.stringify(countryCode)} without an externalId`, () => {
      assert.throws(() => marketIdOfStore({ countryCode }), { name: 'MarketUnknownError', countryCode });
    });
  }
});

describe('vatCodeUidOf', () => {
  const codes = {
    VatCodeUids: { '25': 'vat25', '15.0': 'vat15', '25.5': 'vat255', '0': 'vat0' },
    DefaultVatCodeUid: 'standard',
  };
  for (const [rate, uid] of [
    [25, 'vat25'],
    ['25', 'vat25'],
    ['25.00', 'vat25'],
    [15, 'vat15'],
    [25.5, 'vat255'],
    [0, 'vat0'],
    ['0.0', 'vat0'],
    [12, 'standard'],
    [undefined, 'standard'],
    [null, 'standard'],
  ] as const) {
    it(`is ${uid} for ${JSON.stringify(rate)}`, () => assert.equal(vatCodeUidOf(rate, codes), uid));
  }
  it('refuses a rate that is no number', () => {
    assert.throws(() => vatCodeUidOf('25 %', codes), { problem: 'not-a-number' });
  });
});
