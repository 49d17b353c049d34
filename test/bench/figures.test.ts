import assert from 'node:assert/strict';
import { reportText } from '../../bench/report/print';
import { MeasureBook } from '../../bench/report/report';
import { percentile, spreadOf } from '../../bench/report/statistics';
import { alternate, closedLoop, pool, type LoopTimes } from '../../bench/rig/closed-loop';
import { Stops } from '../../bench/rig/stops';

describe('the figures of the benchmarks', () => {
  it('gives smallest, median and largest, whatever the order', () => {
    assert.deepEqual(spreadOf([3, 1, 2]), { min: 1, median: 2, max: 3 });
    assert.deepEqual(spreadOf([4, 1, 2, 3]), { min: 1, median: 2.5, max: 4 });
    assert.throws(() => spreadOf([]), RangeError);
  });

  it('takes a percentile by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    assert.deepEqual(
      [0.5, 0.99, 1].map((share) => percentile(hundred, share)),
      [50, 99, 100],
    );
    assert.equal(percentile([7], 0.99), 7);
  });

  it('says of each aim whether the median meets it', () => {
    const book = new MeasureBook();
    for (const value of [0.95, 0.8, 0.97]) book.add('throughput', value, { unit: '×', aim: { atLeast: 0.9 } });
    for (const value of [1.2, 1.9, 1.4]) book.add('p99', value, { unit: '×', aim: { atMost: 1.3 } });
    const groups = [{ title: 'Figures', measures: book.list() }];
    const lines = reportText({ name: 'intake', title: 'Title', method: ['method'], groups }).split('\n');
    assert.match(lines.find((line) => line.includes('throughput')) ?? '', /0\.80.*0\.95.*0\.97.*≥ 0\.9.*met/);
    assert.match(lines.find((line) => line.includes('p99')) ?? '', /1\.20.*1\.40.*1\.90.*≤ 1\.3.*MISSED/);
  });

  it('puts ours beside the fewest vendor calls that are possible, and says which they are', () => {
    const calls = ['Flow GET orders/…', 'Omnium PUT Orders/PosOrders', 'Omnium GET Orders/…'];
    const row = { name: 'sale', minimum: 2, ours: 3, why: 'read, write', added: 'proof', calls };
    const lines = reportText({ name: 'outbound', title: 'T', method: [], groups: [], vendorCalls: [row] }).split('\n');
    assert.match(lines.find((line) => line.includes('sale')) ?? '', / 2 .* 3 .*read, write.*Flow GET orders.*proof/);
    for (const call of calls)
      assert.ok(
        lines.some((line) => line.includes(call)),
        call,
      );
  });
});

describe('the loop that drives every side', () => {
  it('does each operation once and keeps as many going as asked for', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    const { latenciesMs } = await closedLoop({ concurrency: 4, count: 25 }, async (index) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      done.push(index);
    });
    assert.equal(most, 4);
    assert.equal(latenciesMs.length, 25);
    assert.deepEqual(
      done.sort((a, b) => a - b),
      Array.from({ length: 25 }, (_, index) => index),
    );
  });

  it('fails when an operation fails: figures of such a run mean nothing', async () => {
    const failing = closedLoop({ concurrency: 2, count: 5 }, async (index) => {
      if (index === 3) throw new Error('refused');
    });
    await assert.rejects(failing, /refused/);
  });

  it('alternates the sides so that each comes first as often as the other', async () => {
    const order: string[] = [];
    const block = (side: string) => async (): Promise<LoopTimes> => {
      order.push(side);
      return { elapsedMs: 10, latenciesMs: [1, 2] };
    };
    const [first, second] = await alternate(0, block('a'), block('b'));
    await alternate(1, block('a'), block('b'));
    assert.equal(order.join(''), 'abbabaab' + 'baababba');
    assert.deepEqual([first.length, second.length], [4, 4]);
    assert.deepEqual(pool(first), { perSecond: 200, latenciesMs: [1, 2, 1, 2, 1, 2, 1, 2] });
  });
});

describe('what a benchmark has started', () => {
  it('is stopped in reverse, all of it, once, also when the work fails', async () => {
    const stopped: string[] = [];
    const stops = new Stops();
    const work = stops.within(async (inner) => {
      for (const name of ['server', 'client']) inner.add(async () => void stopped.push(name));
      inner.add(() => Promise.reject(new Error('would not stop')));
      throw new Error('the work failed');
    });
    await assert.rejects(work);
    await stops.stopAll();
    assert.deepEqual(stopped, ['client', 'server']);
  });
});
