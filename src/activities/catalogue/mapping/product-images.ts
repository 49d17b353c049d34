import { createHash } from 'node:crypto';
import type { FlowProductMedia, FlowProductMediaUpdate } from '../../../clients/flow/products';
import type { OmniumProduct, OmniumProductAsset } from '../../../clients/omnium/products';
import { compact } from '../../../domain/compact';
import type { FlowUid } from '../../../domain/uid';

/** Uids of images that we make begin like this: other images are the shop's, or are older than the integration. */
const OWN_PREFIX = 'omnium-';

/** Asset ids of these are part of an uid as they are; others, and links, by their hash. */
const PLAIN_ID = /^[A-Za-z0-9_-]{1,64}$/;
const HASH_LENGTH = 24;
/** Longer product uids would make the uid too long. */
const LONGEST_PRODUCT_UID = 100;

const IMAGE_FILE = /\.(jpe?g|png|gif|webp|avif|bmp|tiff?|svg)$/i;

/** An image with its place among the product's images, from 1. The first is the cover. */
export interface DesiredImage {
  readonly productMediaUid: string;
  readonly url: string;
  readonly position: number;
}

/** One change of a product's images. */
export type ImageChange =
  | { readonly do: 'add'; readonly image: DesiredImage; readonly setAsCoverImage: boolean }
  | { readonly do: 'change'; readonly productMediaUid: string; readonly change: FlowProductMediaUpdate }
  | { readonly do: 'remove'; readonly productMediaUid: string };

/**
 * The images of a product in the order in which the till shows them: the main one first, as the cover, then by Omnium's sort
 * order (flow-api.md §6.1). The uid is made of the asset's id, so that an image keeps it when its link changes; of the link,
 * where it has no id. Files that are no images are left out.
 *
 * @returns `problems`: images that a till could not open
 */
export function mapImages(
  { assets, mainImageUrl }: Pick<OmniumProduct, 'assets' | 'mainImageUrl'>,
  productUid: FlowUid,
): { readonly images: readonly DesiredImage[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const found: { url: string; id: string | undefined; isMain: boolean; order: number }[] = [];
  for (const [index, asset] of assets.entries()) {
    if (!isImage(asset)) continue;
    const url = publicUrl(asset.url) ?? publicUrl(asset.externalUrl);
    const order = asset.sortOrder === undefined ? Number.MAX_SAFE_INTEGER : Number(asset.sortOrder);
    if (url === undefined) problems.push(`image ${asset.assetId ?? index + 1}: has no link that a till could open`);
    else found.push({ url, id: asset.assetId, isMain: asset.isMainImage === true, order });
  }

  // The main image is one of the assets, or comes before all of them when none of them is called the main one.
  const mainUrl = publicUrl(mainImageUrl);
  const main = found.find(({ url }) => url === mainUrl);
  if (main) main.isMain = true;
  else if (mainUrl !== undefined && !found.some(({ isMain }) => isMain)) {
    found.unshift({ url: mainUrl, id: undefined, isMain: true, order: -Infinity });
  }

  const images: DesiredImage[] = [];
  found.sort((one, other) => Number(other.isMain) - Number(one.isMain) || one.order - other.order);
  for (const { id, url } of found) {
    const ofProduct = productUid.length <= LONGEST_PRODUCT_UID ? productUid : hashOf(productUid);
    const ofImage = id ?? url;
    const productMediaUid = `${OWN_PREFIX}${ofProduct}-${PLAIN_ID.test(ofImage) ? ofImage : hashOf(ofImage)}`;
    if (images.some((image) => image.url === url || image.productMediaUid === productMediaUid)) continue;
    images.push({ productMediaUid, url, position: images.length + 1 });
  }
  return { images, problems };
}

function isImage({ contentType, assetType, fileName, url, externalUrl }: OmniumProductAsset): boolean {
  if (contentType !== undefined) return /^image\//i.test(contentType.trim());
  if (assetType !== undefined && /image|picture|photo/i.test(assetType)) return true;
  const files = [fileName, url?.split(/[?#]/)[0], externalUrl?.split(/[?#]/)[0]];
  return files.some((file) => file !== undefined && IMAGE_FILE.test(file.trim()));
}

/** Flow's tills fetch images themselves, so they must be reachable by http (API:productmedia). */
function publicUrl(url: string | undefined): string | undefined {
  const text = url?.trim() ?? '';
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}

/**
 * What is to be changed of a product's images. An image that Flow has by the same link, older than the integration, is not
 * added again; images that we have not made are never removed.
 */
export function compareImages(desired: readonly DesiredImage[], existing: readonly FlowProductMedia[]): ImageChange[] {
  const own = new Set(existing.filter(({ productMediaUid: uid }) => uid.startsWith(OWN_PREFIX)));
  const kept = new Set<string>();
  const changes: ImageChange[] = [];
  let cover: ImageChange | undefined;
  for (const image of desired) {
    const isCover = image.position === 1;
    const there =
      existing.find(({ productMediaUid }) => productMediaUid === image.productMediaUid) ??
      existing.find((media) => !own.has(media) && media.mainUrl === image.url);
    if (!there) {
      const change: ImageChange = { do: 'add', image, setAsCoverImage: isCover };
      if (isCover) cover = change;
      else changes.push(change);
      continue;
    }
    const { productMediaUid } = there;
    kept.add(productMediaUid);
    const change = compact({
      mainUrl: there.mainUrl === image.url ? undefined : image.url,
      position: there.position === image.position ? undefined : image.position,
      setAsCoverImage: isCover && there.isCoverImage !== true ? true : undefined,
    });
    if (change.setAsCoverImage) cover = { do: 'change', productMediaUid, change };
    else if (Object.keys(change).length > 0) changes.push({ do: 'change', productMediaUid, change });
  }
  const stale = [...own].filter(({ productMediaUid }) => !kept.has(productMediaUid));
  return [
    ...changes,
    // The cover comes last: each image that is made may take the place of the one before.
    ...(cover ? [cover] : []),
    ...stale.map(({ productMediaUid }) => ({ do: 'remove', productMediaUid }) as const),
  ];
}
