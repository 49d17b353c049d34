import { readBody } from '../fields';
import { notFound } from '../problem';
import { productFaultBody } from '../store/product-faults';
import { type Call, created, flowItselfRoute, type FlowRoute, noContent, ok } from './route';

/** Switches for products that Flow does not take, below `/_sim/tenants/{tenantUid}/product-faults`. */
export function productFaultRoutes(): FlowRoute[] {
  return [
    flowItselfRoute('GET /product-faults', ({ tenant }) => ok({ faults: tenant.productFaults.list() })),
    flowItselfRoute('POST /product-faults', ({ tenant, body }) =>
      created(tenant.productFaults.add(readBody(productFaultBody, body))),
    ),
    flowItselfRoute('DELETE /product-faults', ({ tenant }) => {
      tenant.productFaults.clear();
      return noContent;
    }),
    flowItselfRoute('DELETE /product-faults/:productUid', ({ tenant, param }) => {
      if (!tenant.productFaults.remove(param('productUid'))) throw notFound('fault');
      return noContent;
    }),
  ];
}

/** Fails a write about a product that is to fail. @throws FlowProblem */
export function failIfSwitchedOn({ method, path, scope }: FlowRoute, call: Call): void {
  const { productFaults } = call.tenant;
  if (productFaults.size === 0 || method === 'GET') return;
  if (scope === 'warehouse' && path.startsWith('/products/')) {
    productFaults.strike('stock', [call.param('productUid')]);
  }
  if (scope !== 'tenant') return;
  if (path.startsWith('/products')) {
    productFaults.strike('product', [call.param('productUid'), ownUid(path, call), uidInBody(call)]);
  }
  if (path.startsWith('/pricelists/')) {
    const { productUid = '' } = call.tenant.prices.get(call.param('priceUid')) ?? {};
    productFaults.strike('price', [productUid, uidInBody(call)]);
  }
}

/** Of the product's own path; deeper, `:uid` is that of a part. */
function ownUid(path: string, call: Call): string {
  return path === '/products/:uid' ? call.param('uid') : '';
}

function uidInBody({ body }: Call): string {
  const productUid: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'productUid') : undefined;
  return typeof productUid === 'string' ? productUid : '';
}
