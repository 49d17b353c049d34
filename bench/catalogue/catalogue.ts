import type { BenchmarkReport, BenchmarkSettings, MeasureGroup } from '../report/report';
import type { Stops } from '../rig/stops';
import { CATALOGUE_PARTS, type CataloguePart, type CatalogueSizes, catalogueSizes } from './catalogue-sizes';
import { OrderLatencyBench } from './order-latency';
import { STORES_PER_MARKET } from './places';
import { pricesWork } from './prices-work';
import { productsWork } from './products-work';
import { StreamBench } from './stream-bench';
import { words } from './stream-books';

/** A part of the benchmark. */
interface PartBench {
  run(stops: Stops): Promise<void>;
  groups(): MeasureGroup[];
}

/** The catalogue and its prices from Omnium to Flow, against a bare loop of the same calls; orders while that goes on. */
export async function benchCatalogue(settings: BenchmarkSettings, stops: Stops): Promise<BenchmarkReport> {
  const { runs, quick, log, catalogue = {} } = settings;
  const sizes = catalogueSizes(quick, catalogue);
  const parts = catalogue.parts ?? CATALOGUE_PARTS;
  const benches = parts.map((part) => [part, partBench(part, sizes, log)] as const);
  for (let run = 0; run < runs; run += 1) {
    for (const [part, bench] of benches) {
      log(`catalogue, ${part}, run ${run + 1} of ${runs}`);
      await stops.within((inner) => bench.run(inner));
    }
  }
  return {
    name: 'catalogue',
    title: `(g) Catalogue: ${words(sizes.products)} SKUs and their prices in ${STORES_PER_MARKET} stores`,
    method: methodOf(sizes),
    groups: benches.flatMap(([, bench]) => bench.groups()),
  };
}

function partBench(part: CataloguePart, sizes: CatalogueSizes, log: (line: string) => void): PartBench {
  switch (part) {
    case 'products':
      return new StreamBench(productsWork, sizes, log);
    case 'prices':
      return new StreamBench(pricesWork, sizes, log);
    case 'orders':
      return new OrderLatencyBench(sizes, log);
  }
}

function methodOf({ products, few, changed, orders }: CatalogueSizes): string[] {
  const sample = (work: typeof productsWork): string => words(work.sampleOf(products));
  return [
    `One tenant, ${words(products)} SKUs in Omnium: singles, styles with variants, packages. Products go to tills that have none. Prices go to the lists of ${STORES_PER_MARKET} stores, which are empty; products and main prices are there.`,
    'Ours: exportWorkflow on a real server, activities in a worker process of the export engine alone, default limits. Timed from starting the workflow until it has ended.',
    `Bare: a loop in a process of its own makes the calls that our export of a smaller chain has made (${sample(productsWork)} SKUs for products, ${sample(pricesWork)} for prices): same bodies, as many connections, as many rows at once. It knows all calls beforehand, compares nothing, keeps nothing and stops at the first other answer. Once before ours and once after it, in other tenants of the same Flow sandbox.`,
    `Delta: ${words(changed)} SKUs change. Its cost is told in calls and in time, as part of the export of everything.`,
    `Memory: a new worker process exports ${words(few)} SKUs, another one ${words(products)}, each after a smaller chain. The most during the export, looked at ten times a second.`,
    `Orders: ${orders.perSecond} a second, whether or not the ones before are done, through the API process to the worker process of their engine; the workers of the other engines are there. The same alone and while all products go to the same tills. The sandboxes keep the vendor’s documented limits.`,
  ];
}
