import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogueOf } from '../../tools/day/trades/catalogue';
import { countryCodeOf } from '../../tools/day/trades/countries';
import { describeUnmatched, matchCancellations } from '../../tools/day/trades/match-cancellations';
import { assertTradesFile, readTrades } from '../../tools/day/trades/read-trades';
import { planReplay } from '../../tools/day/trades/replay-plan';
import { sortOut, type SortedLog } from '../../tools/day/trades/sales';
import { type TradeLog } from '../../tools/day/trades/trade-log';
import { customersOf, safeId, totalOf } from '../../tools/day/trades/trade-orders';
import { withTemporaryFolder } from '../support/temporary-folder';

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

async function logOf(content: string | Buffer): Promise<TradeLog> {
  return await withTemporaryFolder(async (folder) => {
    const file = join(folder, 'log.csv');
    await writeFile(file, content);
    return await readTrades(file);
  });
}

async function sorted(...rows: string[]): Promise<SortedLog> {
  return sortOut((await logOf([HEADER, ...rows].join('\n'))).invoices);
}

describe('reading a trading log', () => {
  it('gathers the lines of an invoice and keeps codes as they are', async () => {
    const log = await logOf(
      [
        HEADER,
        '700001,84A,"KETTLE, ""RED""",6,12/1/10 8:26,2.55,101,Norway',
        '700002,9,PLATE 6" WIDE,1,12/1/10 8:20,0.001,,EIRE',
        '700001,84a,,0.5,12/1/2010 8:26,1e-3,101,Norway',
        '700001,BANK CHARGES,fee,1,12/1/10 8:26,-3,101,Norway',
      ].join('\r\n'),
    );
    assert.deepEqual(log.badRows, []);
    assert.deepEqual(
      log.invoices.map(({ invoiceNo, customerId }) => [invoiceNo, customerId]),
      [
        ['700002', undefined],
        ['700001', '101'],
      ],
    );
    assert.deepEqual(
      log.invoices[1]?.lines.map(({ stockCode, quantity, unitPrice }) => [stockCode, quantity, unitPrice]),
      [
        ['84A', 6, 2.55],
        ['84a', 0.5, 0.001],
        ['BANK CHARGES', 1, -3],
      ],
    );
    assert.equal(log.invoices[1]?.lines[0]?.description, 'KETTLE, "RED"');
    assert.equal(log.invoices[0]?.lines[0]?.description, 'PLATE 6" WIDE');
  });

  it('takes columns in any order and customers as a spreadsheet writes them', async () => {
    const log = await logOf(
      'country,customerid,InvoiceNo,Description,StockCode,UnitPrice,Quantity,InvoiceDate,Shop\nNorway,17.0,1,x,a,2,3,1/2/11 9:05,x\n',
    );
    const [invoice] = log.invoices;
    assert.equal(invoice?.customerId, '17');
    assert.equal(invoice?.atMs, Date.UTC(2011, 0, 2, 9, 5));
    assert.equal(invoice?.lines[0]?.quantity, 3);
  });

  for (const [name, content] of [
    ['Windows-1252', Buffer.from(`${HEADER}\n1,a,\u00a3 CAF\u00c9,1,1/2/11 9:05,1,,Norway\n`, 'latin1')],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${HEADER}\n1,a,\u00a3 CAF\u00c9,1,1/2/11 9:05,1,,Norway\n`)],
    ['UTF-16', Buffer.from(`\ufeff${HEADER}\n1,a,\u00a3 CAF\u00c9,1,1/2/11 9:05,1,,Norway\n`, 'utf16le')],
  ] as const) {
    it(`reads ${name}`, async () => {
      assert.equal((await logOf(content)).invoices[0]?.lines[0]?.description, '£ CAFÉ');
    });
  }

  it('names each row that cannot be used, and loses nothing around it', async () => {
    const log = await logOf(
      [
        HEADER,
        '1,a,x,one,1/2/11 9:05,1,,Norway',
        '2,a,x,1,2/30/11 9:05,1,,Norway',
        '3,a,"never closed,1,1/2/11 9:05,1,,Norway',
        '4,a,"good, quoted",1,1/2/11 9:05,1,,Norway',
        '5,a,x,1,1/2/11 9:05,1,,Norway,extra',
        ',,x,1.005,1/2/11 9:05,,,Norway',
        '',
        '7,a,"two',
        'lines",1,1/2/11 9:05,1,,Norway',
        '8,a,last,1,1/2/11 9:05,1,,Norway',
      ].join('\n'),
    );
    assert.deepEqual(
      log.invoices.map(({ invoiceNo }) => invoiceNo),
      ['4', '7', '8'],
    );
    assert.deepEqual(
      log.badRows.map(({ lineNumber, reason }) => `${lineNumber}: ${reason}`),
      [
        '2: Quantity "one" is no number',
        '3: InvoiceDate "2/30/11 9:05" does not exist',
        '4: a quote is not closed or stands in the wrong place',
        '6: 9 columns instead of 8',
        '7: UnitPrice "" is no number, InvoiceNo is empty, StockCode is empty, Quantity has more than two decimals',
      ],
    );
    assert.equal(log.rows, 8);
  });

  it('keeps line numbers over thousands of rows with a broken one among them', async () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => `${index},a,"d, ${index}",1,1/2/11 9:05,1,,Norway`);
    rows[998] = '998,a,"open,1,1/2/11 9:05,1,,Norway';
    const log = await logOf([HEADER, ...rows].join('\n'));
    assert.equal(log.invoices.length, 2_999);
    assert.deepEqual(
      log.badRows.map(({ lineNumber }) => lineNumber),
      [1_000],
    );
    assert.equal(log.invoices.at(-1)?.lines[0]?.lineNumber, 3_001);
  });

  it('refuses what is no trading log, with the reason', async () => {
    await assert.rejects(logOf('name,price\nx,1\n'), /no trading log.*missing: InvoiceNo, StockCode/);
    await assert.rejects(logOf(''), /no trading log/);
    await assert.rejects(logOf(Buffer.from([0x50, 0x4b, 0x03, 0x04, 0xff, 0x00, 0x12])), /no trading log/);
    await assert.rejects(readTrades('/nowhere/log.csv'), /\/nowhere\/log\.csv cannot be read: ENOENT/);
    await assert.rejects(assertTradesFile('.'), /cannot be read/);
  });
});

describe('telling sales from the rest of a log', () => {
  it('takes positive lines as sales and names everything else', async () => {
    const { sales, cancellations, noSales, leftOutLines } = await sorted(
      '1,a,x,2,1/2/11 9:00,0,7,Norway',
      '1,b,x,-2,1/2/11 9:00,1,7,Norway',
      'C2,a,x,-1,1/2/11 9:01,0,7,Norway',
      'C2,b,x,1,1/2/11 9:01,0,7,Norway',
      'A3,B,Adjust,1,1/2/11 9:02,-50,,Norway',
      '4,a,,-9,1/2/11 9:03,0,,Norway',
      '5,FEE,,1,1/2/11 9:04,-9,,Norway',
    );
    assert.deepEqual(
      sales.map(({ invoice, lines }) => [invoice.invoiceNo, lines.length]),
      [['1', 1]],
    );
    assert.deepEqual(
      cancellations.map(({ invoice, lines }) => [invoice.invoiceNo, lines.map(({ quantity }) => quantity)]),
      [['C2', [1]]],
    );
    assert.deepEqual(
      noSales.map(({ invoiceNo, reason }) => `${invoiceNo} ${reason}`),
      ['A3 bookkeeping entry (A…)', '4 negative quantity without C: a stock correction', '5 negative price'],
    );
    assert.deepEqual(
      leftOutLines.map(({ invoiceNo, lineNumber }) => `${invoiceNo}:${lineNumber}`),
      ['1:3', 'C2:5'],
    );
  });

  it('adds prices of any number of decimals exactly and rounds once', async () => {
    const { sales } = await sorted(
      '1,a,x,3,1/2/11 9:00,0.335,7,Norway',
      '1,b,x,1,1/2/11 9:00,0.001,7,Norway',
      '2,c,x,80995,1/2/11 9:00,2.08,7,Norway',
      '3,d,x,1,1/2/11 9:00,1.005,7,Norway',
    );
    assert.deepEqual(sales.map(totalOf), [1.01, 168_469.6, 1.01]);
  });
});

describe('matching cancellations of a log', () => {
  it('takes back from the latest earlier invoice of the customer that has enough', async () => {
    const { sales, cancellations } = await sorted(
      '1,a,x,5,1/2/11 9:00,1,7,Norway',
      '2,a,x,5,1/2/11 9:01,1,7,Norway',
      '3,a,x,5,1/2/11 9:02,1,8,Norway',
      'C4,a,x,-4,1/2/11 9:03,1,7,Norway',
      'C5,a,x,-4,1/2/11 9:04,1,7,Norway',
      'C6,a,x,-4,1/2/11 9:05,1,7,Norway',
      '7,a,x,9,1/2/11 9:06,1,7,Norway',
    );
    const matched = matchCancellations(sales, cancellations);
    assert.deepEqual(
      matched.map(({ takenBack }) => takenBack),
      [[{ invoiceNo: '2', lineIndex: 0, quantity: 4 }], [{ invoiceNo: '1', lineIndex: 0, quantity: 4 }], []],
    );
    assert.deepEqual(matched.map(describeUnmatched), [
      undefined,
      undefined,
      'C6 (line 7): 4 × a; no earlier invoice of the customer in this log has as much of it',
    ]);
  });

  it('wants all codes from one invoice, and only then each on its own', async () => {
    const { sales, cancellations } = await sorted(
      '1,a,x,1,1/2/11 9:00,1,7,Norway',
      '1,b,x,1,1/2/11 9:00,1,7,Norway',
      '2,a,x,1,1/2/11 9:01,1,7,Norway',
      'C3,a,x,-1,1/2/11 9:02,1,7,Norway',
      'C3,b,x,-1,1/2/11 9:02,1,7,Norway',
      'C4,a,x,-1,1/2/11 9:03,1,7,Norway',
      'C4,D,discount,-1,1/2/11 9:03,1,7,Norway',
      'C5,a,x,-1,1/2/11 9:04,1,,Norway',
    );
    const matched = matchCancellations(sales, cancellations);
    assert.deepEqual(
      matched.map(({ takenBack }) => takenBack.map(({ invoiceNo, lineIndex }) => `${invoiceNo}/${lineIndex}`)),
      [['1/0', '1/1'], ['2/0'], []],
    );
    assert.deepEqual(matched.slice(1).map(describeUnmatched), [
      'C4 (line 8): 1 × D; no earlier invoice of the customer in this log has as much of it',
      'C5 (line 9): 1 × a; it names no customer',
    ]);
  });

  it('spreads over several lines of a code, the same price first', async () => {
    const { sales, cancellations } = await sorted(
      '1,a,x,2,1/2/11 9:00,1,7,Norway',
      '1,a,x,2,1/2/11 9:00,3,7,Norway',
      'C2,a,x,-3,1/2/11 9:01,3,7,Norway',
    );
    assert.deepEqual(matchCancellations(sales, cancellations)[0]?.takenBack, [
      { invoiceNo: '1', lineIndex: 1, quantity: 2 },
      { invoiceNo: '1', lineIndex: 0, quantity: 1 },
    ]);
  });

  it('plans orders before what takes them back, and cancels the order when nothing is left', async () => {
    const { sales, cancellations } = await sorted(
      '1,a,x,2,1/2/11 9:00,1,7,Norway',
      'C2,a,x,-1,1/2/11 9:01,1,7,Norway',
      '3,a,x,2,1/2/11 9:02,1,8,Norway',
      'C4,a,x,-1,1/2/11 9:03,1,7,Norway',
    );
    const steps = planReplay(sales, matchCancellations(sales, cancellations));
    assert.deepEqual(
      steps.map((step) =>
        step.kind === 'order'
          ? `order ${step.sale.invoice.invoiceNo}`
          : `cancel ${step.ofInvoiceNo}${step.isWholeOrder ? ' wholly' : ''}`,
      ),
      ['order 1', 'cancel 1', 'order 3', 'cancel 1 wholly'],
    );
  });
});

describe('the catalogue a log implies', () => {
  it('keeps codes apart that differ only in case, and reports those that become one uid', async () => {
    const { sales } = await sorted(
      '1,84A,,1,1/2/11 9:00,0,7,Norway',
      '1,84a,small,1,1/2/11 9:00,2,7,Norway',
      '2,84A,LARGE,1,1/2/11 9:01,3,7,Sweden',
      '2,AB-1,x,1,1/2/11 9:01,3,7,Sweden',
      '2,AB 1,x,1,1/2/11 9:01,3,7,Sweden',
      '2,***,x,1,1/2/11 9:01,3,7,Sweden',
      '2,gift_0001_20,,1,1/2/11 9:01,3,7,Sweden',
    );
    const { products, impossible } = catalogueOf(sales, ({ invoice }) => invoice.country);
    assert.deepEqual(
      products.map(({ stockCode, name, unitPrice, flowUid }) => [stockCode, name, unitPrice, flowUid]),
      [
        ['84A', 'LARGE', 3, '84A'],
        ['84a', 'small', 2, '84a'],
        ['AB-1', 'x', 3, 'AB1'],
        ['AB 1', 'x', 3, 'AB1'],
        ['***', 'x', 3, ''],
        ['gift_0001_20', 'gift_0001_20', 3, 'gift_0001_20'],
      ],
    );
    assert.deepEqual([...(products[0]?.marketIds ?? [])], ['Norway', 'Sweden']);
    assert.deepEqual(
      [...impossible.values()].map(({ stockCode, reason }) => `${stockCode}: ${reason}`),
      ['AB 1: codes "AB-1" and "AB 1" become the same Flow uid AB1', '***: nothing of the code is left in a Flow uid'],
    );
  });

  it('makes customers of both kinds and addresses in the countries of the log', async () => {
    const { sales } = await sorted(
      ...Array.from({ length: 10 }, (_, index) => `${index},a,x,1,1/2/11 9:00,1,${index % 9},EIRE`),
    );
    const customers = [...customersOf(sales).values()];
    assert.equal(customers.length, 9);
    assert.deepEqual(customers.map(({ isBusiness }) => isBusiness).filter(Boolean).length, 1);
    assert.equal(customers[0]?.address?.countryCode, 'IE');
    assert.equal(countryCodeOf('Norway'), 'NO');
    assert.equal(countryCodeOf('United Kingdom'), 'GB');
    assert.equal(countryCodeOf('Germany'), 'DE');
    assert.equal(countryCodeOf('Unspecified'), undefined);
  });

  it('makes ids that stay different after stripping', () => {
    const ids = ['12-3', '123', '12 3', '12_3', 'é'].map(safeId);
    assert.equal(new Set(ids.map((id) => id.replace(/\W/g, ''))).size, ids.length);
  });
});
