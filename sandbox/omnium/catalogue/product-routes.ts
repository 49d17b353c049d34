import { type Router } from 'express';

import { type Product } from '../documents';
import { type OperationName } from '../events/operations';
import { causeOf, patchResult, sendDocument, sendDocuments, sendPage } from '../http';
import { applyPatch, differs, forceNull, type PatchOptions } from '../orders/merge';
import { invalidFields, notFound } from '../problem';
import { anyOf, type CommonSearch, findHits, refuseUnoffered, type Test, textIn, when } from '../state/filters';
import { type PageRequest, searchRange } from '../state/paging';
import { type JsonObject, model, readBody, readList } from '../wire/schema';
import { type World } from '../world';

interface ProductSearch extends CommonSearch, PageRequest {
  readonly productIds?: readonly string[];
  readonly productCategoryIds?: readonly string[];
  readonly supplierIds?: readonly string[];
  readonly marketId?: string;
  readonly marketIds?: readonly string[];
  readonly searchText?: string;
  readonly isPackage?: boolean;
  readonly isPricesExcluded?: boolean;
  readonly excludedFields?: { readonly specificFields?: readonly string[]; readonly isPricesExcluded?: boolean };
  readonly includedFields?: { readonly specificFields?: readonly string[] };
}

const offered = new Set([
  ...['createdFrom', 'createdTo', 'modifiedFrom', 'modifiedTo', 'externalIds', 'tags', 'excludedTags', 'property'],
  ...['sortOrder', 'take', 'page', 'productIds', 'productCategoryIds', 'supplierIds', 'marketId', 'marketIds'],
  ...['marketGroupId', 'marketGroupIds', 'searchText', 'isPackage', 'isFacetsDisabled', 'isPricesExcluded'],
  ...['excludedFields', 'includedFields', 'isActive', 'isPublished', 'isProductLanguageFilterIgnored'],
]);

const searchModel = model<ProductSearch>('ProductSearchRequest');
const productModel = model<Partial<Product>>('Product');
const patchModel = model<Partial<Product> & PatchOptions & { fieldsToForceNull?: string[] }>('ProductPatch');
const batchLimit = 1000;

const inMarket = (product: Product, markets: readonly string[]): boolean => {
  const own: unknown = product['marketIds'];
  return !Array.isArray(own) || own.length === 0 || own.some((id) => markets.includes(String(id)));
};

const testsOf = (search: ProductSearch): Test<Product>[] => {
  const markets = [...(search.marketIds ?? []), ...(search.marketId === undefined ? [] : [search.marketId])];
  return [
    ...anyOf<Product>(search.productIds, ({ productId }) => productId),
    ...anyOf<Product>(search.productCategoryIds, (product) => product['mainCategoryId']),
    ...anyOf<Product>(search.supplierIds, (product) => product['supplierId']),
    ...(markets.length === 0 ? [] : [(product: Product) => inMarket(product, markets)]),
    ...when<boolean, Product>(search.isPackage, (wanted) => (product) => product['isPackage'] === wanted),
    ...textIn<Product>(search.searchText, (product) => [
      product.name,
      product.productId,
      product.skuId,
      ...(product.variants ?? []).map(({ skuId }) => skuId),
    ]),
  ];
};

/** Trims a product to what the search asked for. */
const trimmed = (product: Product, search: ProductSearch): Product => {
  const included = search.includedFields?.specificFields ?? [];
  const excluded = new Set(search.excludedFields?.specificFields ?? []);
  if (search.isPricesExcluded === true || search.excludedFields?.isPricesExcluded === true) {
    excluded.add('prices');
  }
  if (included.length === 0 && excluded.size === 0) {
    return product;
  }
  const keep = (name: string): boolean => !excluded.has(name) && (included.length === 0 || included.includes(name));
  const rest = Object.fromEntries(Object.entries(product).filter(([name]) => keep(name)));
  return { ...rest, id: product.id, productId: product.productId };
};

/** A product by its number, or the product behind a SKU. */
const findProduct = (world: World, productIdOrSku: string): Product | undefined =>
  world.products.get(productIdOrSku) ?? world.directory.product(productIdOrSku)?.product;

const requireProduct = (world: World, productIdOrSku: string): Product => {
  const product = findProduct(world, productIdOrSku);
  if (product === undefined) {
    throw notFound('The product');
  }
  return product;
};

const addReads = (router: Router, world: World): void => {
  const size = world.settings.scrollBatchSize ?? 1000;
  router.post('/api/Products/SearchProducts', (req, res) => {
    const search = readBody(searchModel, req.body ?? {});
    refuseUnoffered(search, offered);
    const range = searchRange(search);
    sendPage(res, findHits(world.products, search, testsOf(search)), range);
  });
  router.post('/api/Products/Scroll', (req, res) => {
    const search = readBody(searchModel, req.body ?? {});
    refuseUnoffered(search, offered);
    const hits = findHits(world.products, search, testsOf(search)).map((product) => trimmed(product, search));
    const { result, ...rest } = world.scrolls.start('products', hits, { first: size, next: size });
    sendDocuments(res, result as Product[], rest);
  });
  router.get('/api/Products/Scroll/:id', (req, res) => {
    const { result, ...rest } = world.scrolls.next('products', req.params.id);
    sendDocuments(res, result as Product[], rest);
  });
  router.get('/api/Products/:productId/Variants', (req, res) => {
    const { variants = [] } = requireProduct(world, req.params.productId);
    sendDocuments(res, variants, { totalHits: variants.length });
  });
  router.get('/api/Products/:productId', (req, res) => {
    sendDocument(res, requireProduct(world, req.params.productId));
  });
};

const addWrites = (router: Router, world: World): void => {
  const stamp = (input: Partial<Product>): Product => {
    const productId = input.productId ?? '';
    const before = world.products.get(productId);
    const now = world.now();
    const prices = input.prices?.map((price) => ({ ...price, modified: price.modified ?? now }));
    return {
      ...input,
      id: input.id ?? before?.id ?? `${productId}_no`,
      productId,
      ...(prices === undefined ? {} : { prices }),
      isActive: input['isActive'] ?? true,
      status: input['status'] ?? 'Published',
      created: before?.created ?? now,
      modified: now,
    };
  };
  const requireIds = (inputs: readonly Partial<Product>[]): void => {
    const missing = inputs.flatMap(({ productId = '' }, index) =>
      productId === '' ? [{ field: `[${index}].productId`, message: 'is required' }] : [],
    );
    if (missing.length > 0) {
      throw invalidFields(missing);
    }
  };
  const raise = (operation: OperationName, productId: string, cause: { origin: string; userId: string }): void => {
    world.events.raise(operation, { className: 'Product', objectId: productId }, cause);
  };
  router.post('/api/Products', (req, res) => {
    const input = readBody(productModel, req.body);
    requireIds([input]);
    world.putProduct(stamp(input));
    raise('addProduct', input.productId ?? '', causeOf(req, res));
    res.status(200).end();
  });
  router.post(['/api/Products/AddMany', '/api/Products/UpdateMany'], (req, res) => {
    const inputs = readList(productModel, req.body, batchLimit);
    requireIds(inputs);
    for (const input of inputs) {
      world.putProduct(stamp({ ...findProduct(world, input.productId ?? ''), ...input }));
      raise('updateManyProducts', input.productId ?? '', causeOf(req, res));
    }
    res.status(200).end();
  });
  const patchOne = (
    product: Product,
    patch: Partial<Product> & PatchOptions & { fieldsToForceNull?: string[] },
  ): boolean => {
    const next = stamp(
      forceNull(
        applyPatch<Product>(product, { ...patch, productId: product.productId }),
        patch.fieldsToForceNull ?? [],
      ),
    );
    const changed = differs(product, next);
    if (changed) {
      world.putProduct(next);
    }
    return changed;
  };
  router.patch('/api/Products/PatchMany', (req, res) => {
    const patches = readList(patchModel, req.body, batchLimit);
    requireIds(patches);
    const counts = { updatedCount: 0, unchangedCount: 0 };
    const notFoundIds: string[] = [];
    for (const patch of patches) {
      const product = world.products.get(patch.productId ?? '');
      if (product === undefined) {
        notFoundIds.push(patch.productId ?? '');
      } else if (patchOne(product, patch)) {
        counts.updatedCount += 1;
        raise('patchProduct', product.productId, causeOf(req, res));
      } else {
        counts.unchangedCount += 1;
      }
    }
    const result: JsonObject = {
      totalCount: patches.length,
      ...counts,
      notFoundCount: notFoundIds.length,
      notFoundIds,
    };
    res.json({ ...result, errorCount: 0, isModified: counts.updatedCount > 0 });
  });
  router.patch('/api/Products/:productId', (req, res) => {
    const product = world.products.get(req.params.productId);
    if (product === undefined) {
      throw notFound('The product');
    }
    const changed = patchOne(product, readBody(patchModel, req.body));
    if (changed) {
      raise('patchProduct', product.productId, causeOf(req, res));
    }
    res.json(patchResult(changed));
  });
};

/** Products (contract §9.1). */
export const addProductRoutes = (router: Router, world: World): void => {
  addReads(router, world);
  addWrites(router, world);
};
