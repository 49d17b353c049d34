import { referenceTo } from '../events';
import { readBody } from '../fields';
import { duplicateUid, invalidField, notFound, refuseIfAny } from '../problem';
import {
  componentCreate,
  componentFields,
  mediaCreate,
  mediaFields,
  type PackageComponent,
  type PackageSlot,
  type ProductMedia,
  slotCreate,
  slotFields,
} from '../store/catalog-documents';
import { type Audited } from '../store/collection';
import { type TenantStore } from '../store/tenant-store';
import { productOf, touchProduct } from './product-routes';
import { unknownReference } from './references';
import { type Answer, type Call, created, type FlowRoute, listAnswer, noContent, ok, tenantRoute } from './route';

const PRODUCT = '/products/:productUid' as const;
const SLOTS = `${PRODUCT}/packages/slots` as const;
const COMPONENTS = `${SLOTS}/:slotUid/components` as const;

/** Images of products, and the slots and components of packages (§3.4). */
export function packageRoutes(): FlowRoute[] {
  return [...mediaRoutes(), ...slotRoutes(), ...componentRoutes()];
}

function mediaRoutes(): FlowRoute[] {
  return [
    tenantRoute(`GET ${PRODUCT}/media`, (call) =>
      listAnswer(call, call.tenant.media.find('productUid', productOf(call).productUid), mediaDocument),
    ),
    tenantRoute(`POST ${PRODUCT}/media`, createMedia),
    tenantRoute(`GET ${PRODUCT}/media/:uid`, (call) => ok(mediaDocument(mediaOf(call)))),
    tenantRoute(`PUT ${PRODUCT}/media/:uid`, (call) => {
      const media = mediaOf(call);
      const { setAsCoverImage, thumbnailUrl, position, mainUrl } = readBody(mediaFields.partial(), call.body);
      if (mainUrl !== undefined) media.mainUrl = mainUrl;
      if (thumbnailUrl !== undefined) media.thumbnailUrl = thumbnailUrl;
      if (typeof position === 'number') media.position = position;
      if (setAsCoverImage) setCover(call.tenant, media);
      call.tenant.touch(call.tenant.media, media);
      tellMedia(call, media);
      return ok(mediaDocument(media));
    }),
    tenantRoute(`DELETE ${PRODUCT}/media/:uid`, (call) => {
      const media = mediaOf(call);
      tellMedia(call, media);
      call.tenant.media.remove(media.productMediaUid);
      return noContent;
    }),
  ];
}

function createMedia(call: Call): Answer {
  const { tenant } = call;
  const { productUid } = productOf(call);
  const body = readBody(mediaCreate, call.body);
  const productMediaUid = body.productMediaUid ?? tenant.newUid();
  if (tenant.media.has(productMediaUid)) throw duplicateUid('media', 'productMediaUid');
  const siblings = tenant.media.find('productUid', productUid);
  const media: Audited<ProductMedia> = {
    productMediaUid,
    productUid,
    mainUrl: body.mainUrl,
    thumbnailUrl: body.thumbnailUrl ?? null,
    position: body.position ?? siblings.length + 1,
    isCoverImage: siblings.length === 0,
    ...tenant.audit(),
  };
  tenant.media.add(media);
  if (body.setAsCoverImage) setCover(tenant, media);
  tellMedia(call, media);
  return created(mediaDocument(media));
}

function setCover(tenant: TenantStore, cover: ProductMedia): void {
  for (const media of tenant.media.find('productUid', cover.productUid)) {
    media.isCoverImage = media.productMediaUid === cover.productMediaUid;
    tenant.media.changed(media);
  }
}

function mediaOf(call: Call): Audited<ProductMedia> {
  const media = call.tenant.media.get(call.param('uid'));
  if (media?.productUid !== productOf(call).productUid) throw notFound('media');
  return media;
}

function mediaDocument(media: ProductMedia): object {
  return { ...media, width: null, height: null, source: 'URL' };
}

function tellMedia({ tenant, events }: Call, media: ProductMedia): void {
  events.emit(tenant, 'PRODUCT_MEDIA_CHANGE', {
    product: referenceTo(tenant.products, media.productUid),
    productMedia: referenceTo(tenant.media, media.productMediaUid),
  });
}

function slotRoutes(): FlowRoute[] {
  return [
    tenantRoute(`GET ${SLOTS}`, (call) =>
      listAnswer(call, call.tenant.packageSlots.find('productUid', productOf(call).productUid), (slot) =>
        slotDocument(call.tenant, slot),
      ),
    ),
    tenantRoute(`POST ${SLOTS}`, (call) => {
      const { tenant } = call;
      const product = productOf(call);
      const body = readBody(slotCreate, call.body);
      if (product.productType !== 'PACKAGE') throw invalidField('productUid', 'is not a package');
      const productPackageSlotUid = body.productPackageSlotUid ?? tenant.newUid();
      if (tenant.packageSlots.has(productPackageSlotUid)) throw duplicateUid('slot', 'productPackageSlotUid');
      const { productUid } = product;
      const slot = { ...body, productPackageSlotUid, productUid, components: [], ...tenant.audit() };
      tenant.packageSlots.add(slot);
      touchProduct(call, product);
      return ok(slotDocument(tenant, slot));
    }),
    tenantRoute(`GET ${SLOTS}/:slotUid`, (call) => ok(slotDocument(call.tenant, slotOf(call)))),
    tenantRoute(`PUT ${SLOTS}/:slotUid`, (call) => {
      const slot = slotOf(call);
      Object.assign(slot, readBody(slotFields.partial(), call.body));
      return saved(call, slot);
    }),
    tenantRoute(`DELETE ${SLOTS}/:slotUid`, (call) => {
      call.tenant.packageSlots.remove(slotOf(call).productPackageSlotUid);
      touchProduct(call, productOf(call));
      return noContent;
    }),
  ];
}

function componentRoutes(): FlowRoute[] {
  return [
    tenantRoute(`POST ${COMPONENTS}`, (call) => {
      const slot = slotOf(call);
      const body = readBody(componentCreate, call.body);
      refuseIfAny(unknownReference('productUid', body.productUid, call.tenant.products));
      const uid = body.productPackageComponentUid ?? call.tenant.newUid();
      if (slot.components.some((component) => component.productPackageComponentUid === uid)) {
        throw duplicateUid('component', 'productPackageComponentUid');
      }
      slot.components.push({ ...body, productPackageComponentUid: uid });
      return saved(call, slot);
    }),
    tenantRoute(`PUT ${COMPONENTS}/:uid`, (call) => {
      const slot = slotOf(call);
      Object.assign(componentOf(call, slot), readBody(componentFields.partial(), call.body));
      return saved(call, slot);
    }),
    tenantRoute(`DELETE ${COMPONENTS}/:uid`, (call) => {
      const slot = slotOf(call);
      slot.components.splice(slot.components.indexOf(componentOf(call, slot)), 1);
      saved(call, slot);
      return noContent;
    }),
  ];
}

function saved(call: Call, slot: Audited<PackageSlot>): Answer {
  call.tenant.touch(call.tenant.packageSlots, slot);
  touchProduct(call, productOf(call));
  return ok(slotDocument(call.tenant, slot));
}

function slotOf(call: Call): Audited<PackageSlot> {
  const slot = call.tenant.packageSlots.get(call.param('slotUid'));
  if (slot?.productUid !== productOf(call).productUid) throw notFound('slot');
  return slot;
}

function componentOf(call: Call, slot: PackageSlot): PackageComponent {
  const uid = call.param('uid');
  const component = slot.components.find((candidate) => candidate.productPackageComponentUid === uid);
  if (!component) throw notFound('component');
  return component;
}

function slotDocument(tenant: TenantStore, slot: PackageSlot): object {
  const components = slot.components.map(({ productUid, ...component }) => {
    const product = tenant.products.get(productUid);
    const brand = tenant.brands.get(product?.brandUid ?? '')?.name ?? null;
    const { name = null, sku = null, description = null } = product ?? {};
    return { ...component, product: { productUid, name, sku, brand, description } };
  });
  return { ...slot, normPrice: null, components };
}
