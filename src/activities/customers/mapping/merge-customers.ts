import { createHmac, hkdfSync } from 'node:crypto';
import {
  comparable,
  FIELD_GROUP_NAMES,
  FIELD_GROUPS,
  isBlankGroup,
  sameGroup,
  type CustomerField,
  type CustomerFields,
  type FieldGroup,
} from './customer-fields';

/**
 * Who wins when a customer is not the same in Flow and Omnium. Decided for each group of fields by itself (name, VAT
 * number, e-mail, mobile, address, loyalty id):
 *
 * 1. A group that only one side has changed since both were last the same: that side wins, an emptied field included.
 * 2. Never seen the same, and one side has nothing in the group: the side that has something wins.
 * 3. Both changed it, or nobody knows who: the customer that was modified last wins; without times, Omnium.
 * 4. A person's names, a company's name and a country are never emptied.
 *
 * What both were last is remembered as one short keyed hash per group ({@link CustomerVersion}), kept in Omnium's customer.
 */
export function mergeCustomers({
  flow,
  omnium,
  version,
  flowModified,
  omniumModified,
}: CustomersToMerge): CustomerMerge {
  const newest = newestSide(flowModified, omniumModified);
  const toFlow: Partial<Record<CustomerField, string>> = {};
  const toOmnium: Partial<Record<CustomerField, string>> = {};
  for (const group of FIELD_GROUP_NAMES) {
    if (sameGroup(group, flow, omnium)) continue;
    const winner =
      changedSide(group, { flow, omnium, version }) ?? filledSide(group, { flow, omnium, version }) ?? newest;
    const [from, to, writes] = winner === 'flow' ? [flow, omnium, toOmnium] : [omnium, flow, toFlow];
    for (const field of FIELD_GROUPS[group]) {
      const value = from[field]?.trim() ?? '';
      if (comparable(field, value) === comparable(field, to[field])) continue;
      if (value === '' && NEVER_EMPTIED.has(field)) continue;
      writes[field] = value;
    }
  }
  return { toFlow, toOmnium };
}

/** The same customer as both systems have it. */
export interface CustomersToMerge {
  readonly flow: CustomerFields;
  readonly omnium: CustomerFields;
  /** What both were when they were last the same. */
  readonly version?: CustomerVersion | undefined;
  /** When each was last modified, ISO-8601. */
  readonly flowModified?: string | undefined;
  readonly omniumModified?: string | undefined;
}

/** What to write where, by field; an empty text empties the field. */
export interface CustomerMerge {
  readonly toFlow: Readonly<Partial<Record<CustomerField, string>>>;
  readonly toOmnium: Readonly<Partial<Record<CustomerField, string>>>;
}

const NEVER_EMPTIED: ReadonlySet<CustomerField> = new Set(['firstname', 'lastname', 'companyName', 'countryCode']);

/** What a group is decided by before times are. */
type Sides = Pick<CustomersToMerge, 'flow' | 'omnium' | 'version'>;

/** The one side that has changed the group since both were the same; undefined when both did or nobody knows. */
function changedSide(group: FieldGroup, { flow, omnium, version }: Sides): 'flow' | 'omnium' | undefined {
  const known = version?.hashes.get(group);
  if (!version || known === undefined) return undefined;
  const flowChanged = version.hashOf(group, flow) !== known;
  const omniumChanged = version.hashOf(group, omnium) !== known;
  if (flowChanged === omniumChanged) return undefined;
  return flowChanged ? 'flow' : 'omnium';
}

/** Where nothing is remembered, nothing is not taken for a deletion. */
function filledSide(group: FieldGroup, { flow, omnium, version }: Sides): 'flow' | 'omnium' | undefined {
  if (version?.hashes.has(group)) return undefined;
  const [flowBlank, omniumBlank] = [isBlankGroup(group, flow), isBlankGroup(group, omnium)];
  if (flowBlank === omniumBlank) return undefined;
  return flowBlank ? 'omnium' : 'flow';
}

function newestSide(flowModified: string | undefined, omniumModified: string | undefined): 'flow' | 'omnium' {
  const [flowMs, omniumMs] = [Date.parse(flowModified ?? ''), Date.parse(omniumModified ?? '')];
  return flowMs > omniumMs ? 'flow' : 'omnium';
}

const VERSION_PURPOSE = 'flow-retail-omnium customer version 1';
const HASH_DIGITS = 8;

/** What both sides were when they were last the same: one keyed hash per group, nothing that can be read. */
export class CustomerVersion {
  private constructor(
    private readonly key: Buffer,
    readonly hashes: ReadonlyMap<FieldGroup, string>,
  ) {}

  /**
   * Reads what `text` wrote. Groups that are missing or unreadable are not remembered.
   *
   * @param secret the tenant's secret text: after it was changed, every group counts as changed on both sides
   */
  static parse(text: string | undefined, secret: string): CustomerVersion {
    const hashes = new Map<FieldGroup, string>();
    for (const part of (text ?? '').split(' ')) {
      const [name, hash] = part.split(':');
      const group = FIELD_GROUP_NAMES.find((known) => known === name);
      if (group && hash && /^[0-9a-f]{8}$/.test(hash)) hashes.set(group, hash);
    }
    return new CustomerVersion(Buffer.from(hkdfSync('sha256', secret, '', VERSION_PURPOSE, 32)), hashes);
  }

  /** The version after a pass that left the sides so: groups that still differ keep what was remembered of them. */
  after(flow: CustomerFields, omnium: CustomerFields): CustomerVersion {
    const hashes = new Map(this.hashes);
    for (const group of FIELD_GROUP_NAMES) {
      if (sameGroup(group, flow, omnium)) hashes.set(group, this.hashOf(group, omnium));
    }
    return new CustomerVersion(this.key, hashes);
  }

  /** `name:1a2b3c4d email:…`, at most 120 characters. */
  get text(): string {
    return FIELD_GROUP_NAMES.flatMap((group) => {
      const hash = this.hashes.get(group);
      return hash ? [`${group}:${hash}`] : [];
    }).join(' ');
  }

  hashOf(group: FieldGroup, fields: CustomerFields): string {
    const values = FIELD_GROUPS[group].map((field) => comparable(field, fields[field]));
    const hmac = createHmac('sha256', this.key).update(JSON.stringify([group, ...values]));
    return hmac.digest('hex').slice(0, HASH_DIGITS);
  }
}
