import { readBody } from '../fields';
import { duplicateUid, type FieldError, invalidField, notFound, refuseIfAny } from '../problem';
import {
  componentCreate,
  componentFields,
  type PackageComponent,
  type PackageSlot,
  type Product,
  slotCreate,
  slotFields,
} from '../store/catalog-documents';
import { type Audited } from '../store/collection';
import { type TenantStore } from '../store/tenant-store';
import { productOf, touchProduct } from './product-routes';
import { unknownReference } from './references';
import { type Answer, type Call, type FlowRoute, listAnswer, noContent, ok, tenantRoute } from './route';

const SLOTS = '/products/:productUid/packages/slots' as const;
const COMPONENTS = `${SLOTS}/:slotUid/components` as const;

/** The slots and components of packages (§3.4). */
export function packageRoutes(): FlowRoute[] {
  return [...slotRoutes(), ...componentRoutes()];
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
      refuseIfAny(rangeErrors(body));
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
      const change = readBody(slotFields.partial(), call.body);
      const { minComponentsAllowed = slot.minComponentsAllowed, maxComponentsAllowed = slot.maxComponentsAllowed } =
        change;
      refuseIfAny(rangeErrors({ minComponentsAllowed, maxComponentsAllowed }));
      Object.assign(slot, change);
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
      refuseIfAny(componentErrors(call.tenant, body.productUid));
      const uid = body.productPackageComponentUid ?? call.tenant.newUid();
      const slots = call.tenant.packageSlots.find('productUid', slot.productUid);
      if (slots.some(({ components }) => components.some((one) => one.productPackageComponentUid === uid))) {
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

function rangeErrors({ minComponentsAllowed, maxComponentsAllowed }: SlotRange): FieldError[] {
  if (maxComponentsAllowed >= minComponentsAllowed) return [];
  return [{ field: 'maxComponentsAllowed', message: 'must not be less than minComponentsAllowed' }];
}

type SlotRange = Pick<PackageSlot, 'minComponentsAllowed' | 'maxComponentsAllowed'>;

/** What cannot be put into a package: other packages, and what is no article itself (assumed). */
const NO_COMPONENTS: ReadonlySet<Product['productType']> = new Set(['PACKAGE', 'CONFIGURABLE'] as const);

function componentErrors(tenant: TenantStore, productUid: string): FieldError[] {
  const product = tenant.products.get(productUid);
  if (!product) return unknownReference('productUid', productUid, tenant.products);
  if (!NO_COMPONENTS.has(product.productType)) return [];
  return [{ field: 'productUid', message: `is a ${product.productType ?? ''} product, which no package can hold` }];
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
