import { stripToUid, UidInvalidError } from '../domain/uid';
import { type IssueList } from './configuration-error';
import { type TenantDraft } from './read-tenant';

/** What every variant has as a property of its own accord. */
const VARIANT_PROPERTIES = ['color', 'size'];

/** A property of Omnium is one property in Flow, under one uid and of one type. */
export function checkCatalogue({ catalogue, path }: TenantDraft, issues: IssueList): void {
  if (!catalogue) return;
  const owners = new Map(VARIANT_PROPERTIES.map((key) => [key, `"${key}", which every variant has as a choice`]));
  for (const name of ['textProperties', 'choiceProperties'] as const) {
    catalogue[name].forEach((key, index) => {
      const at = [...path, 'catalogue', name, index];
      const uid = stripToUidOrUndefined(key);
      const owner = owners.get(uid?.toLowerCase() ?? '');
      if (uid === undefined) issues.add(at, 'leaves no character for a Flow uid');
      else if (owner !== undefined) issues.add(at, `becomes the same property in Flow as ${owner}`);
      else owners.set(uid.toLowerCase(), `"${key}" of ${name}`);
    });
  }
}

function stripToUidOrUndefined(key: string): string | undefined {
  try {
    return stripToUid(key);
  } catch (error) {
    if (error instanceof UidInvalidError) return undefined;
    throw error;
  }
}
