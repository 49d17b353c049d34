import { type CataloguePlanInput, type CatalogueStep } from './catalogue-step';
import { categorySteps } from './category-steps';
import { FreeArticles } from './free-articles';
import { priceSteps } from './price-steps';
import { productSteps } from './product-steps';

/** Everything that happens to the catalogue in a day. The same input gives the same plan. */
export function planCatalogue(input: CataloguePlanInput): CatalogueStep[] {
  const articles = new FreeArticles(input);
  return [...priceSteps(input, articles), ...productSteps(input, articles), ...categorySteps(input)];
}
