import assert from 'node:assert/strict';
import { bareScript, callsOf, retargeted } from '../../bench/catalogue/bare-script';
import { marketOf, otherMarket, rootsOf, STORES_PER_MARKET, storeUidsOf } from '../../bench/catalogue/places';
import { pricesWork } from '../../bench/catalogue/prices-work';
import { productsWork } from '../../bench/catalogue/products-work';
import { type Site, startSite, type StreamWork } from '../../bench/catalogue/site';
import { BareSide, betweenRounds, Stage } from '../../bench/catalogue/stage';
import { Stops } from '../../bench/rig/stops';
import { type RecordingProxies, startRecordingProxies } from '../../bench/vendors/recording-proxy';

const PRODUCTS = 60;
const [OURS, BARE] = ['SWE', 'DNK'] as const;
/** What differs between two tenants although both have been told the same. */
const OWN = /^(createdAt|lastModifiedAt|vatCodeUid|productPropertyUid)$/;

describe('the bare calls that the exports of the catalogue are measured against', function () {
  this.timeout(180_000);
  const stops = new Stops();
  let site: Site;
  let stage: Stage;
  let proxies: RecordingProxies;
  let bare: BareSide;

  before(async () => {
    const { omnium } = pricesWork.chains(PRODUCTS);
    site = await startSite(stops, { omnium, flow: productsWork.chains(PRODUCTS).flow });
    await pricesWork.prepare(site);
    proxies = await startRecordingProxies(stops, site.pair.urls);
    stage = await Stage.start(stops, { [marketOf(site.chain, OURS).tenantUid]: proxies.urls }, () => undefined);
    bare = await BareSide.start(stops);
  });

  after(() => stops.stopAll());

  /** Exports with ours to one tenant and makes the same calls for another; how many there were. */
  async function onBothSides({ stream }: StreamWork): Promise<number> {
    const { chain, pair } = site;
    proxies.calls.length = 0;
    await stage.run(stream, marketOf(chain, OURS).tenantUid);
    const script = bareScript(proxies.calls, rootsOf(chain));
    assert.equal(callsOf(script), proxies.calls.length);
    const { connections } = stage;
    await bare.load(retargeted(script, otherMarket(chain, OURS, BARE)), { vendors: pair.urls, connections });
    await bare.run();
    return proxies.calls.length;
  }

  /** A list of Flow's in both tenants, without what is each one's own. */
  async function bothOf(...lists: readonly [ours: string, bare: string]): Promise<readonly [string[], string[]]> {
    const [ours, others] = await Promise.all(
      [OURS, BARE].map((id, index) => site.desk.list(marketOf(site.chain, id), lists[index] ?? '')),
    );
    assert.ok(ours && others);
    const ofExports = (documents: object[]): string[] => documents.filter(isOfExports).map(withoutOwn).sort();
    return [ofExports(ours), ofExports(others)];
  }

  it('leave the same products, first all and then those that have changed', async () => {
    const all = await onBothSides(productsWork);
    await productsWork.mustBeInFlow(site, OURS);
    await productsWork.mustBeInFlow(site, BARE);
    const changed = await productsWork.patterns[0].change(site, OURS, 6);
    await betweenRounds();
    const few = await onBothSides(productsWork);
    await changed.mustBeInFlow();
    const [ours, others] = await bothOf('/products', '/products');
    assert.deepEqual(others, ours);
    assert.ok(ours.length >= PRODUCTS);
    assert.ok(few < all / 4, `${few} of ${all} calls`);
  });

  it('leave prices of the same products in the lists of the same stores', async () => {
    const all = await onBothSides(pricesWork);
    await pricesWork.mustBeInFlow(site, OURS);
    await pricesWork.mustBeInFlow(site, BARE);
    const [wholeProducts, ...others] = pricesWork.patterns;
    const { rows } = await wholeProducts.change(site, OURS, 1);
    assert.ok(rows > 0 && rows % STORES_PER_MARKET === 0, `${rows} prices`);
    assert.equal(others.length, 2);
    for (const pattern of others) {
      const changed = await pattern.change(site, OURS, 1);
      assert.equal(changed.rows, STORES_PER_MARKET, pattern.name);
    }
    await betweenRounds();
    const few = await onBothSides(pricesWork);
    assert.ok(few < all / 4, `${few} of ${all} calls`);
    const [one = '', other = ''] = [OURS, BARE].map((id) => storeUidsOf(site.chain, id)[3]);
    const [ours, bares] = await bothOf(`/pricelists/${one}/prices`, `/pricelists/${other}/prices`);
    const uids = ours.map((text) => text.replaceAll(one, other));
    assert.deepEqual(bares, uids.sort());
  });
});

/** What was there from the start, is each tenant's own. */
function isOfExports(document: object): boolean {
  return !('createdBy' in document && document.createdBy === 'seed');
}

function withoutOwn(document: object): string {
  return JSON.stringify(document, (name, value: unknown) => (OWN.test(name) ? undefined : value));
}
