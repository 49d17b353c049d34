import { readBody } from '../fields';
import { conflict, duplicateUid, invalidField, notFound, refuseIfAny } from '../problem';
import { variantCreate } from '../store/catalog-documents';
import { productDocument, productOf, touchProduct } from './product-routes';
import { unknownReference } from './references';
import { type Answer, type Call, created, type FlowRoute, listAnswer, noContent, tenantRoute } from './route';

const VARIANTS = '/products/:productUid/variants' as const;

/** The variants of configurable products (§3.4, U-PTYPE). */
export function variantRoutes(): FlowRoute[] {
  return [
    // Of a parent its variants, of a variant its siblings and itself.
    tenantRoute(`GET ${VARIANTS}`, (call) => {
      const { tenant } = call;
      const { productUid } = productOf(call);
      const parentUid = tenant.variants.find('productUid', productUid)[0]?.parentUid ?? productUid;
      return listAnswer(call, tenant.variants.find('parentUid', parentUid), (variant) => {
        const product = tenant.products.get(variant.productUid);
        const { productVariantUid } = variant;
        return { ...(product ? productDocument(tenant, product) : {}), productVariantUid };
      });
    }),
    tenantRoute(`POST ${VARIANTS}`, linkVariant),
    tenantRoute(`DELETE ${VARIANTS}/:uid`, (call) => {
      const { productUid } = productOf(call);
      const variant = call.tenant.variants.get(call.param('uid'));
      if (variant?.parentUid !== productUid && variant?.productUid !== productUid) throw notFound('variant');
      call.tenant.variants.remove(variant.productVariantUid);
      const parent = call.tenant.products.get(variant.parentUid);
      if (parent) touchProduct(call, parent);
      return noContent;
    }),
  ];
}

/** Only a configurable product has variants, and no product has two parents. */
function linkVariant(call: Call): Answer {
  const { tenant } = call;
  const parent = productOf(call);
  const parentUid = parent.productUid;
  const { productUid, ...given } = readBody(variantCreate, call.body);
  if (parent.productType !== 'CONFIGURABLE') throw invalidField('parentProductUid', 'is not a configurable product');
  refuseIfAny(unknownReference('productUid', productUid, tenant.products));
  if (tenant.products.get(productUid)?.productType === 'CONFIGURABLE') {
    throw invalidField('productUid', 'is a configurable product itself');
  }
  const linked = tenant.variants.find('productUid', productUid)[0];
  if (linked && linked.parentUid !== parentUid) throw invalidField('productUid', 'is a variant of another product');
  if (linked) throw conflict('VARIANT_LINKED', 'The product is a variant of this product already.');
  const productVariantUid = given.productVariantUid ?? tenant.newUid();
  if (tenant.variants.has(productVariantUid)) throw duplicateUid('variant', 'productVariantUid');
  tenant.variants.add({ productVariantUid, parentUid, productUid, ...tenant.audit() });
  touchProduct(call, parent);
  return created({ productVariantUid, productUid, parentProductUid: parentUid });
}
