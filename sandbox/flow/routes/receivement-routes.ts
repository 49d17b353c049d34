import { readBody } from '../fields';
import { notFound } from '../problem';
import { receiveBody, receivementCreate } from '../purchases/purchase-bodies';
import { receivementDocument } from '../purchases/purchase-document';
import { type Receivement } from '../purchases/purchase-model';
import { receiveGoods } from '../purchases/receive-goods';
import { unpack } from '../purchases/unpack';
import { type Audited } from '../store/collection';
import {
  type Answer,
  created,
  type FlowRoute,
  listAnswer,
  ok,
  queryText,
  sortsByChange,
  type StoreCall,
  storeRoute,
  tillRoute,
} from './route';

/** Goods received, on purchase orders and without (§3.8), and a clerk who unpacks them. */
export function receivementRoutes(): FlowRoute[] {
  return [
    storeRoute('GET /receivements', listReceivements),
    storeRoute('POST /receivements', (call) => {
      const body = readBody(receivementCreate, call.body);
      return ok(receivementDocument(receiveGoods(call, call.store, { body })));
    }),
    storeRoute('GET /receivements/:uid', ({ tenant, store, param }) => {
      const receivement = tenant.receivements.get(param('uid'));
      if (receivement?.storeUid !== store.storeUid) throw notFound('receivement');
      return ok(receivementDocument(receivement));
    }),
    tillRoute('POST /receive-goods', (call) =>
      created(receivementDocument(unpack(call, call.store, readBody(receiveBody, call.body)))),
    ),
  ];
}

/** Filters by order and reference use an index; a list by last change is kept in that order. */
function listReceivements(call: StoreCall): Answer {
  const { receivements } = call.tenant;
  const { storeUid } = call.store;
  const productUid = queryText(call, 'productUid');
  const externalId = queryText(call, 'receivementExternalId');
  const purchaseOrderUid = queryText(call, 'purchaseOrderUid');
  const indexed =
    purchaseOrderUid !== undefined
      ? receivements.find('purchaseOrderUid', purchaseOrderUid)
      : externalId !== undefined
        ? receivements.find('externalId', externalId)
        : undefined;
  const byChange = sortsByChange(call) ? receivements.byLastChange('storeUid', storeUid) : undefined;
  if (!indexed && productUid === undefined && byChange) return listAnswer(call, byChange, receivementDocument);
  const isWanted = (receivement: Audited<Receivement>): boolean =>
    receivement.storeUid === storeUid &&
    (externalId === undefined || receivement.externalId === externalId) &&
    (productUid === undefined || receivement.items.some(({ product }) => product.productUid === productUid));
  const found = (indexed ?? receivements.find('storeUid', storeUid)).filter(isWanted);
  return listAnswer(call, found, receivementDocument);
}
