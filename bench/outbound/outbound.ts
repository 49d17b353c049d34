import { type BenchmarkReport, type BenchmarkSettings, MeasureBook } from '../report/report';
import type { Stops } from '../rig/stops';
import { CONCURRENCY, OutboundRig } from './outbound-rig';

/** Orders per second from the till to Omnium, against a bare loop of the same vendor calls; and how many calls each kind takes. */
export async function benchOutbound(settings: BenchmarkSettings, stops: Stops): Promise<BenchmarkReport> {
  const { quick, runs, log } = settings;
  const blockSize = quick ? 20 : 120;
  const singles = quick ? 15 : 100;
  const rig = await OutboundRig.start(stops, settings);
  log('outbound, warming up');
  await rig.warmUp(quick ? 40 : 400);
  const books = {
    book: new MeasureBook(),
    single: new MeasureBook(),
    history: new MeasureBook(),
    cpu: new MeasureBook(),
  };
  for (let run = 0; run < runs; run += 1) {
    log(`outbound, run ${run + 1} of ${runs}`);
    await rig.measure(run, blockSize, books);
    await rig.measureSingles(singles, books.single);
  }
  return {
    name: 'outbound',
    title: '(e) Outbound: from the till to the order in Omnium',
    method: [
      `${CONCURRENCY} orders under way at once: sale, sale with a known customer, sale with receipt, hand-over of a web order, return of a sale, in rotation; three lines each; one Flow webhook per order, ${rig.calls.toFixed(1)} vendor calls on average.`,
      `Each run alternates our side and the bare one as ABBABAAB in blocks of ${blockSize} orders; an order ends when its workflow has. Afterwards every order is read in Omnium and must be there, to the cent.`,
      'Ours: webhook posted to the API process, production worker process. Bare: a loop in a process of its own that makes the same calls (recorded from the production worker: methods, paths, bodies) and reads the answers; no Temporal, no webhook.',
      'The same sandboxes, concurrency and connection settings on both sides. What comes before a return or a hand-over is brought over beforehand and not measured.',
      `One at a time: ${singles} orders in each run on an idle system, from sending the webhook until Omnium has answered the last write.`,
    ],
    groups: [
      { title: 'Orders', measures: books.book.list() },
      { title: 'One at a time', measures: books.single.list() },
      { title: 'History events per order (most), all workflows that take part', measures: books.history.list() },
      { title: 'CPU time per order, by process', measures: books.cpu.list() },
    ],
    vendorCalls: rig.rows,
  };
}
