import { createHash } from 'node:crypto';
import type { OmniumProduct, OmniumProductAsset } from '../../../clients/omnium/products';
import type { FlowUid } from '../../../domain/uid';
import type { WantedImage } from './wanted-product';

/** Uids of images that we make begin like this: whatever begins otherwise is the shop's, or came before our time. */
const OWN_PREFIX = 'omnium-';

/** Asset ids of these are part of an uid as they are; others, and links, by their hash. */
const PLAIN_ID = /^[A-Za-z0-9_-]{1,64}$/;
const HASH_LENGTH = 24;
/** Longer product uids would make the uid too long. */
const LONGEST_PRODUCT_UID = 100;

const IMAGE_FILE = /\.(jpe?g|png|gif|webp|avif|bmp|tiff?|svg)$/i;

/** Images of a product, and what is no image that a till could show. */
export interface MappedImages {
  readonly images: readonly WantedImage[];
  readonly problems: readonly string[];
}

type Illustrated = Pick<OmniumProduct, 'assets' | 'mainImageUrl'>;

/**
 * The images of a product in the order in which the till shows them: the main one first, as the cover, then by Omnium's sort
 * order (flow-api.md §6.1). The uid is made of the asset's id, so that an image keeps it when its link changes; of the link,
 * where it has no id. Files that are no images are left out.
 */
export function mapImages({ assets, mainImageUrl }: Illustrated, productUid: FlowUid): MappedImages {
  const problems: string[] = [];
  const found: Found[] = [];
  for (const [index, asset] of assets.entries()) {
    if (!isImage(asset)) continue;
    const url = publicUrl(asset.url) ?? publicUrl(asset.externalUrl);
    if (url === undefined) problems.push(`image ${asset.assetId ?? index + 1}: has no link that a till could open`);
    else found.push({ url, id: asset.assetId, isMain: asset.isMainImage === true, order: orderOf(asset), index });
  }
  const mainUrl = publicUrl(mainImageUrl);
  if (mainUrl !== undefined) nameMain(found, mainUrl);
  const sorted = found.sort(inOrder);
  const uids = new Set<string>();
  const images: WantedImage[] = [];
  for (const { id, url } of sorted) {
    const productMediaUid = ownMediaUid(productUid, id ?? url);
    if (uids.has(productMediaUid) || images.some((image) => image.url === url)) continue;
    uids.add(productMediaUid);
    images.push({ productMediaUid, url, position: images.length + 1 });
  }
  return { images, problems };
}

/** Whether we have made an image. */
export function isOwnMedia(productMediaUid: string): boolean {
  return productMediaUid.startsWith(OWN_PREFIX);
}

interface Found {
  readonly url: string;
  readonly id: string | undefined;
  isMain: boolean;
  readonly order: number;
  readonly index: number;
}

/** The main image is one of the assets, or comes before all of them when none of them is called the main one. */
function nameMain(found: Found[], url: string): void {
  const same = found.find((image) => image.url === url);
  if (same) same.isMain = true;
  else if (!found.some(({ isMain }) => isMain)) {
    found.push({ url, id: undefined, isMain: true, order: -Infinity, index: -1 });
  }
}

function inOrder(one: Found, other: Found): number {
  if (one.isMain !== other.isMain) return one.isMain ? -1 : 1;
  if (one.order !== other.order) return one.order < other.order ? -1 : 1;
  return one.index - other.index;
}

function orderOf({ sortOrder }: OmniumProductAsset): number {
  return sortOrder === undefined ? Number.MAX_SAFE_INTEGER : Number(sortOrder);
}

function isImage({ contentType, assetType, fileName, url, externalUrl }: OmniumProductAsset): boolean {
  if (contentType !== undefined) return /^image\//i.test(contentType.trim());
  if (assetType !== undefined && /image|picture|photo/i.test(assetType)) return true;
  const files = [fileName, pathOf(url), pathOf(externalUrl)];
  return files.some((file) => file !== undefined && IMAGE_FILE.test(file.trim()));
}

function pathOf(url: string | undefined): string | undefined {
  return url?.split(/[?#]/)[0];
}

/** Flow's tills fetch images themselves, so they must be reachable by http (API:productmedia). */
function publicUrl(url: string | undefined): string | undefined {
  const text = url?.trim() ?? '';
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}

function ownMediaUid(productUid: FlowUid, id: string): string {
  const ofProduct = productUid.length <= LONGEST_PRODUCT_UID ? productUid : hashOf(productUid);
  return `${OWN_PREFIX}${ofProduct}-${PLAIN_ID.test(id) ? id : hashOf(id)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}
