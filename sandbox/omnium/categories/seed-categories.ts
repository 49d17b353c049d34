import { type Chain } from '../../chain/types';
import { contentLanguages } from '../catalogue/seed-details';
import { type Document } from '../documents';
import { seededAt } from '../settings/seed-settings';

/** A category in one language. */
export interface Category extends Document {
  /** `{categoryId}_{language}`. */
  readonly id: string;
  readonly categoryId: string;
  readonly language: string;
  readonly name: string;
  readonly parentId?: string;
  readonly sortIndex: number;
}

const swedish: Readonly<Record<string, string>> = {
  all: 'Alla produkter',
  clothing: 'Kläder',
  equipment: 'Utrustning',
  packages: 'Paket',
  services: 'Tjänster',
  jackets: 'Jackor',
  wool: 'Ull',
  footwear: 'Skor',
  tents: 'Tält',
  kitchen: 'Kök',
  packs: 'Ryggsäckar',
  food: 'Mat',
  books: 'Böcker',
};

interface Plain {
  readonly categoryId: string;
  readonly name: string;
  readonly parentId?: string | undefined;
  readonly isHidden?: boolean;
}

/** One more level, two numbers that are one for Flow, a hidden one, and one whose parent nobody knows. */
const varied: readonly Plain[] = [
  { categoryId: 'rain-jackets', name: 'Rain jackets', parentId: 'jackets' },
  { categoryId: 'rainjackets', name: 'Rain jackets (old number)', parentId: 'jackets' },
  { categoryId: 'down-jackets', name: 'Down jackets', parentId: 'jackets' },
  { categoryId: 'outlet', name: 'Outlet', parentId: 'all', isHidden: true },
  { categoryId: 'stranded', name: 'Without a link', parentId: 'nowhere' },
];

/** The chain's categories, a document for each language, parents first. */
export const buildCategoryDocuments = (chain: Chain): Category[] => {
  const categories: readonly Plain[] = [...chain.categories, ...(chain.variety ? varied : [])];
  return categories.flatMap(({ categoryId, name, parentId, isHidden = false }, sortIndex) =>
    contentLanguages.map((language) => ({
      id: `${categoryId}_${language}`,
      categoryId,
      language,
      name: language === 'sv' ? (swedish[categoryId] ?? name) : name,
      ...(parentId === undefined ? {} : { parentId }),
      sortIndex,
      isHidden,
      isMainCategory: parentId === undefined,
      properties: [],
      created: seededAt,
      modified: seededAt,
    })),
  );
};
