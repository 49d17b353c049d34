import { companyNumber, flows, type ShopFlow, type ShopInstance } from './crash-stage';
import type { CrashWorld, Json } from './crash-world';

type Kind = 'private' | 'business';

const phone = (tag: string): string => `+4790${tag.slice(1)}`;
const RESOURCES = { private: 'PrivateCustomers', business: 'BusinessCustomers' } as const;

async function makeInFlow(world: CrashWorld, tag: string, kind: Kind): Promise<string> {
  const customerUid = `${tag}made`;
  await world.till('customers', {
    customerUid,
    ...(kind === 'private'
      ? { customerType: 'PERSON', firstname: 'Kari', lastname: 'Berg' }
      : { customerType: 'COMPANY', companyName: 'Fjell AS', vatNumber: companyNumber(tag) }),
    email: `${tag}@example.com`,
    mobile: phone(tag),
    address: 'Storgata 1',
    postalCode: '0155',
    city: 'Oslo',
    countryCode: 'NO',
  });
  return customerUid;
}

async function makeInOmnium(world: CrashWorld, tag: string, kind: Kind): Promise<string> {
  const customerId = `${tag}made`;
  await world.omnium('POST', `/api/${RESOURCES[kind]}`, {
    customerId,
    ...(kind === 'private' ? { firstName: 'Kari', lastName: 'Berg' } : { name: 'Fjell AS', taxId: companyNumber(tag) }),
    email: `${tag}@example.com`,
    phone: phone(tag),
    marketId: 'NOR',
    address: { line1: 'Storgata', streetNumber: '5', postalCode: '0155', city: 'Oslo', countryCode: 'NO' },
    externalIds: [{ providerName: 'Voyado', id: `loyalty-${tag}` }],
  });
  return customerId;
}

function customer(
  { tag, kind }: { readonly tag: string; readonly kind: Kind },
  side: 'flow' | 'omnium',
  what: 'changed' | 'deleted' = 'changed',
): ShopInstance {
  const id = `${tag}made`;
  const ids = [id, `${tag}@example.com`];
  return {
    run: (worker) => worker.customer({ side, kind, id }, what),
    where: {
      flowCustomers: [id],
      ...(kind === 'private' ? { privateCustomers: ids } : { businessCustomers: ids }),
    },
  };
}

function flowsOf(kind: Kind): ShopFlow[] {
  const bothHave = async (world: CrashWorld, tag: string): Promise<void> => {
    const id = await makeInFlow(world, tag, kind);
    await world.undisturbed.customer({ side: 'flow', kind, id });
  };
  const bothHaveFromOmnium = async (world: CrashWorld, tag: string): Promise<void> => {
    const id = await makeInOmnium(world, tag, kind);
    await world.undisturbed.customer({ side: 'omnium', kind, id });
  };
  const changeInOmnium = async (world: CrashWorld, tag: string, change: Json): Promise<void> => {
    const path = `/api/${RESOURCES[kind]}/Patch${RESOURCES[kind].slice(0, -1)}`;
    await world.omnium('PATCH', path, { customerId: `${tag}made`, ...change });
  };
  return [
    {
      title: `${kind} customer made at a till`,
      prepare: async (world, tag) => {
        await makeInFlow(world, tag, kind);
        return customer({ tag, kind }, 'flow');
      },
    },
    {
      title: `${kind} customer changed at a till`,
      prepare: async (world, tag) => {
        await bothHave(world, tag);
        await world.till(`customers/${tag}made`, { address: 'Nyveien 2', city: 'Bergen', postalCode: '5003' });
        return customer({ tag, kind }, 'flow');
      },
    },
    {
      title: `${kind} customer made in Omnium`,
      prepare: async (world, tag) => {
        await makeInOmnium(world, tag, kind);
        return customer({ tag, kind }, 'omnium');
      },
    },
    {
      title: `${kind} customer changed in Omnium`,
      prepare: async (world, tag) => {
        await bothHaveFromOmnium(world, tag);
        await changeInOmnium(world, tag, { email: `new-${tag}@example.com` });
        return customer({ tag, kind }, 'omnium');
      },
    },
    {
      title: `${kind} customer changed in both systems at once`,
      prepare: async (world, tag) => {
        await bothHave(world, tag);
        await changeInOmnium(world, tag, { email: `new-${tag}@example.com` });
        await world.till(`customers/${tag}made`, { address: 'Nyveien 2', city: 'Bergen', postalCode: '5003' });
        return customer({ tag, kind }, 'flow');
      },
    },
    {
      title: `${kind} customer deleted at a till`,
      prepare: async (world, tag) => {
        await bothHave(world, tag);
        await world.till(`customers/${tag}made/delete`);
        return customer({ tag, kind }, 'flow', 'deleted');
      },
    },
  ];
}

/** Customers of both kinds, both ways. */
export const CUSTOMER_FLOWS = flows([
  ...flowsOf('private'),
  ...flowsOf('business'),
  {
    title: 'private customer anonymised in Omnium',
    prepare: async (world, tag) => {
      const id = await makeInOmnium(world, tag, 'private');
      await world.undisturbed.customer({ side: 'omnium', kind: 'private', id });
      await world.omnium('DELETE', `/api/PrivateCustomers/Anonymize?id=${id}`);
      return customer({ tag, kind: 'private' }, 'omnium');
    },
  },
  {
    title: 'business customer deleted in Omnium',
    prepare: async (world, tag) => {
      const id = await makeInOmnium(world, tag, 'business');
      await world.undisturbed.customer({ side: 'omnium', kind: 'business', id });
      // An order that still names the customer tells a deletion from a merge.
      const lineItems = [{ lineItemId: '1', code: world.sku(), quantity: 1, placedPrice: 10, taxRate: 25 }];
      const order = { orderType: 'ClickAndCollect', status: 'OnHold', marketId: 'NOR', storeId: 'oslo-city' };
      const orderForm = { lineItems, shipments: [{ shipmentId: '1', lineItems }] };
      const number = `${tag}proof`;
      await world.omnium('POST', '/api/Orders', {
        id: number,
        orderNumber: number,
        ...order,
        customerId: id,
        orderForm,
      });
      await world.omnium('DELETE', `/api/BusinessCustomers/${id}`);
      return customer({ tag, kind: 'business' }, 'omnium', 'deleted');
    },
  },
  {
    title: 'private customer made at a till, kept in Omnium under the e-mail address',
    prepare: async (world, tag) => {
      await world.customerIdField('email');
      await makeInFlow(world, tag, 'private');
      return customer({ tag, kind: 'private' }, 'flow');
    },
  },
]);
