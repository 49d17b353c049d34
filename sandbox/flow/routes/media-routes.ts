import { referenceTo } from '../events';
import { readBody } from '../fields';
import { duplicateUid, notFound } from '../problem';
import { mediaCreate, mediaFields, type ProductMedia } from '../store/catalog-documents';
import { type Audited } from '../store/collection';
import { type TenantStore } from '../store/tenant-store';
import { productOf } from './product-routes';
import { type Answer, type Call, created, type FlowRoute, listAnswer, noContent, ok, tenantRoute } from './route';

const MEDIA = '/products/:productUid/media' as const;

/** Images of products, one of which is the cover as long as there are any (§3.4). */
export function mediaRoutes(): FlowRoute[] {
  return [
    tenantRoute(`GET ${MEDIA}`, (call) =>
      listAnswer(call, call.tenant.media.find('productUid', productOf(call).productUid), mediaDocument),
    ),
    tenantRoute(`POST ${MEDIA}`, createMedia),
    tenantRoute(`GET ${MEDIA}/:uid`, (call) => ok(mediaDocument(mediaOf(call)))),
    tenantRoute(`PUT ${MEDIA}/:uid`, (call) => {
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
    tenantRoute(`DELETE ${MEDIA}/:uid`, (call) => {
      const media = mediaOf(call);
      tellMedia(call, media);
      call.tenant.media.remove(media.productMediaUid);
      if (media.isCoverImage) coverAnother(call.tenant, media.productUid);
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

/** Without its cover, a product shows the image that comes first (assumed). */
function coverAnother(tenant: TenantStore, productUid: string): void {
  const [first, ...others] = tenant.media.find('productUid', productUid);
  if (first)
    setCover(
      tenant,
      others.reduce((best, media) => (media.position < best.position ? media : best), first),
    );
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
