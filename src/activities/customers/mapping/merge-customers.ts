import { createHmac, hkdfSync } from 'node:crypto';
import { comparable, type CustomerField, type CustomerFields } from './customer-fields';

/** Fields that only make sense together: half of one address and half of another is no address. */
const FIELD_GROUPS = {
  name: ['firstname', 'lastname', 'companyName'],
  vatNumber: ['vatNumber'],
  email: ['email'],
  mobile: ['mobile'],
  address: ['address', 'postalCode', 'city', 'countryCode'],
  loyaltyId: ['loyaltyId'],
} as const satisfies Record<string, readonly CustomerField[]>;
type FieldGroup = keyof typeof FIELD_GROUPS;
const GROUPS = Object.keys(FIELD_GROUPS) as FieldGroup[];

const NEVER_EMPTIED: ReadonlySet<CustomerField> = new Set(['firstname', 'lastname', 'companyName', 'countryCode']);

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

/** What to write, by field; an empty text empties the field. */
type Writes = Readonly<Partial<Record<CustomerField, string>>>;

/**
 * Who wins when a customer is not the same in Flow and Omnium. Decided for each group of fields by itself (name, VAT
 * number, e-mail, mobile, address, loyalty id):
 *
 * 1. A group that only one side has changed since both were last the same: that side wins, an emptied field included.
 * 2. Never seen the same, and one side has nothing in the group: the side that has something wins.
 * 3. Both changed it, or it is not known who: the customer that was modified last wins; without times, Omnium.
 * 4. A person's names, a company's name and a country are never emptied.
 *
 * What both were last is remembered as one short keyed hash per group ({@link CustomerVersion}), kept in Omnium's customer.
 */
export function mergeCustomers(sides: CustomersToMerge): { readonly toFlow: Writes; readonly toOmnium: Writes } {
  const { flow, omnium } = sides;
  const toFlow: Partial<Record<CustomerField, string>> = {};
  const toOmnium: Partial<Record<CustomerField, string>> = {};
  for (const group of GROUPS) {
    if (isSameGroup(group, flow, omnium)) continue;
    const [from, to, writes] = flowWins(group, sides) ? [flow, omnium, toOmnium] : [omnium, flow, toFlow];
    for (const field of FIELD_GROUPS[group]) {
      const value = from[field]?.trim() ?? '';
      if (comparable(field, value) === comparable(field, to[field])) continue;
      if (value === '' && NEVER_EMPTIED.has(field)) continue;
      writes[field] = value;
    }
  }
  return { toFlow, toOmnium };
}

function flowWins(group: FieldGroup, sides: CustomersToMerge): boolean {
  const { flow, omnium, version, flowModified, omniumModified } = sides;
  const known = version?.hashes.get(group);
  if (version && known !== undefined) {
    const flowChanged = version.hashOf(group, flow) !== known;
    if (flowChanged !== (version.hashOf(group, omnium) !== known)) return flowChanged;
  } else {
    // Where nothing is remembered, nothing is not taken for a deletion. A country alone is nothing: it is a default.
    const [flowBlank, omniumBlank] = [flow, omnium].map((fields) =>
      FIELD_GROUPS[group].every((field) => field === 'countryCode' || comparable(field, fields[field]) === ''),
    );
    if (flowBlank !== omniumBlank) return omniumBlank === true;
  }
  return Date.parse(flowModified ?? '') > Date.parse(omniumModified ?? '');
}

function isSameGroup(group: FieldGroup, one: CustomerFields, other: CustomerFields): boolean {
  return FIELD_GROUPS[group].every((field) => comparable(field, one[field]) === comparable(field, other[field]));
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
      const group = GROUPS.find((known) => known === name);
      if (group && hash && /^[0-9a-f]{8}$/.test(hash)) hashes.set(group, hash);
    }
    return new CustomerVersion(Buffer.from(hkdfSync('sha256', secret, '', VERSION_PURPOSE, 32)), hashes);
  }

  /** The version after a pass that left the sides so: groups that still differ keep what was remembered of them. */
  after(flow: CustomerFields, omnium: CustomerFields): CustomerVersion {
    const hashes = new Map(this.hashes);
    for (const group of GROUPS) {
      if (isSameGroup(group, flow, omnium)) hashes.set(group, this.hashOf(group, omnium));
    }
    return new CustomerVersion(this.key, hashes);
  }

  /** `name:1a2b3c4d email:…`, at most 120 characters. */
  get text(): string {
    return GROUPS.flatMap((group) => {
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
