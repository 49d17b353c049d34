import { goodsFlows, type GoodsInstance } from './crash-goods-stage';
import type { GoodsWorld } from './crash-goods-world';
import { STORE_ID, type Json, type Reconfigure } from './crash-world';

const exported: GoodsInstance = { run: (worker) => worker.exportStores(), where: 'everything' };

const withPriceLists: Reconfigure = (tenant) => ({
  ...tenant,
  markets: tenant.markets.map((market) => ({
    ...market,
    properties: { ...market.properties, StorePriceListsInFlow: true },
  })),
});

/** A store of Omnium's, made or changed by its people. */
async function setStore(world: GoodsWorld, id: string, members: Json): Promise<void> {
  const known = await world.omnium('GET', `/api/Stores/${id}`);
  const fresh = { isPrimaryStore: true, isWarehouse: true, isWebWarehouse: false, availableOnMarkets: ['NOR'] };
  await world.omnium('PUT', '/api/Stores', { ...(known ?? fresh), id, ...members });
}

/** Both systems agree before anything happens. */
async function agreed(world: GoodsWorld, reconfigure: Reconfigure): Promise<void> {
  await world.steadily(reconfigure, (worker) => worker.exportStores());
}

/** Stores on their way from Omnium to Flow. */
export const STORE_FLOWS = goodsFlows([
  {
    title: 'new store with an organisation of its own, a back room and a price list',
    reconfigure: withPriceLists,
    prepare: async (world, tag) => {
      await agreed(world, withPriceLists);
      const back = `${tag}-back`;
      await setStore(world, back, { name: 'Hamar back room', isPrimaryStore: false });
      await setStore(world, `${tag}-hamar`, {
        ...{ name: 'Hamar', organizationalNumber: '914 778 271', phoneNumber: '+4762500000' },
        ...{ latitude: '60.79', longitude: '11.07', availableWarehouses: [{ warehouseCode: back, priority: 1 }] },
        address: { streetName: 'Strandgata', streetNumber: '3', city: 'Hamar', zipcode: '2317', countryCode: 'NO' },
        mondayOpeningHours: { isOpen: true, openFrom: '10:00:00', openTo: '18:00:00' },
      });
      return exported;
    },
  },
  {
    title: 'store that has moved, with another name for its back room',
    reconfigure: withPriceLists,
    prepare: async (world) => {
      await agreed(world, withPriceLists);
      await setStore(world, STORE_ID, {
        ...{
          phoneNumber: '+4722110011',
          mondayOpeningHours: { isOpen: true, openFrom: '08:00:00', openTo: '23:00:00' },
        },
        address: { streetName: 'Nygata', streetNumber: '9', city: 'Oslo', zipcode: '0159', countryCode: 'NO' },
      });
      await setStore(world, `${STORE_ID}-back`, { name: 'Cellar' });
      return exported;
    },
  },
]);
