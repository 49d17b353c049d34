import type { FlowOpeningHours, FlowStore, FlowStoreFields } from '../../../clients/flow/stores';
import type { OmniumStore } from '../../../clients/omnium/directory';
import { compact } from '../../../domain/compact';

/** What a Flow store takes from Omnium (Flow, stores page). What Omnium does not tell is absent, and left alone in Flow. */
export type StoreFields = FlowStoreFields & { readonly name: string; readonly organizationUid: string };

/** Greatest degrees on either side of the equator and of Greenwich. */
const LIMITS = { latitude: 90, longitude: 180 } as const;
const AXES = ['latitude', 'longitude'] as const;

/** Weekdays in the order of Flow's list, each with the member of Omnium's store that holds it. */
const WEEK = [
  ['MONDAY', 'mondayOpeningHours'],
  ['TUESDAY', 'tuesdayOpeningHours'],
  ['WEDNESDAY', 'wednesdayOpeningHours'],
  ['THURSDAY', 'thursdayOpeningHours'],
  ['FRIDAY', 'fridayOpeningHours'],
  ['SATURDAY', 'saturdayOpeningHours'],
  ['SUNDAY', 'sundayOpeningHours'],
] as const;

/**
 * Maps Omnium's store to the fields of Flow's, and names the members of Omnium's that cannot be read, e.g. `latitude`.
 *
 * @param marketId the first of the store's markets that is the tenant's; it becomes Flow's `externalId`
 */
export function mapStore(
  store: OmniumStore,
  marketId: string,
  organizationUid: string,
): { readonly fields: StoreFields; readonly invalid: readonly string[] } {
  const { address, latitude, longitude } = store;
  const street = [address?.streetName, address?.streetNumber].filter((part) => part !== undefined).join(' ');
  const { days, invalid } = mapOpeningHours(store);
  const fields = compact({
    name: store.name ?? store.id,
    address: street === '' ? undefined : street,
    city: address?.city,
    postalCode: address?.zipcode,
    countryCode: address?.countryCode?.trim().toUpperCase(),
    email: store.email,
    phone: store.phoneNumber,
    latitude: latitude === undefined ? undefined : parseDegrees(latitude, 'latitude'),
    longitude: longitude === undefined ? undefined : parseDegrees(longitude, 'longitude'),
    isActive: store.isInactive !== true,
    externalId: marketId,
    vatNumber: store.organizationalNumber,
    organizationUid,
    openingHours: days.length > 0 ? days : undefined,
  });
  const unread = AXES.filter((axis) => store[axis] !== undefined && fields[axis] === undefined);
  return { fields, invalid: [...unread, ...invalid] };
}

/** The fields that Flow does not have as Omnium wants them; empty when Flow is right. */
export function changedStoreFields(desired: StoreFields, inFlow: FlowStore): FlowStoreFields {
  const { openingHours, latitude, longitude, ...plain } = desired;
  const existing: Readonly<Record<string, unknown>> = inFlow;
  const changed: FlowStoreFields = Object.fromEntries(
    Object.entries(plain).filter(([field, value]) => value !== existing[field]),
  );
  // A millionth of a degree is some ten centimetres.
  const right = AXES.filter((axis) => Math.abs(Number(desired[axis]) - Number(inFlow[axis])) < 1e-6);
  return {
    ...changed,
    ...compact({
      latitude: right.includes('latitude') ? undefined : latitude,
      longitude: right.includes('longitude') ? undefined : longitude,
      openingHours: openingHours && changedOpeningHours(openingHours, inFlow.openingHours),
    }),
  };
}

/**
 * Degrees as Omnium keeps them, in text (`59.9127`), as a number; a decimal comma is read like a point, which no
 * thousands separator of a coordinate can be mistaken for. Undefined for anything else, e.g. `59° 54′`.
 */
export function parseDegrees(text: string, axis: keyof typeof LIMITS): number | undefined {
  const decimal = text.trim().replace(/^([+-]?\d+),(\d+)$/, '$1.$2');
  if (!/^[+-]?\d+(\.\d+)?$/.test(decimal)) return undefined;
  const degrees = Number(decimal);
  return Math.abs(degrees) <= LIMITS[axis] ? degrees : undefined;
}

/**
 * Omnium's opening hours per day (`openFrom` and `openTo` as `hh:mm:ss`) in Flow's form, in order. Days without any are
 * left out; members that cannot be read are named.
 */
export function mapOpeningHours(store: Pick<OmniumStore, (typeof WEEK)[number][1]>): {
  readonly days: readonly FlowOpeningHours[];
  readonly invalid: readonly string[];
} {
  const days: FlowOpeningHours[] = [];
  const invalid: string[] = [];
  for (const [day, member] of WEEK) {
    const hours = store[member];
    if (!hours) continue;
    const [open, close] = [timeOfDay(hours.openFrom), timeOfDay(hours.openTo)];
    if (hours.isOpen !== true) days.push({ day, closed: true });
    else if (open === undefined || close === undefined) invalid.push(member);
    else days.push({ day, open, close, closed: false });
  }
  return { days, invalid };
}

/**
 * The week to write when Flow's differs, undefined when Flow is right. Flow's list is replaced as a whole, so days that
 * Omnium does not tell of keep what Flow has.
 */
export function changedOpeningHours(
  desired: readonly FlowOpeningHours[],
  inFlow: FlowStore['openingHours'],
): readonly FlowOpeningHours[] | undefined {
  const existing = new Map((inFlow ?? []).map((hours) => [hours.day.toUpperCase(), hours]));
  const isRight = desired.every(({ day, open, close, closed }) => {
    const known = existing.get(day);
    if (!known || closed || known.closed === true) return known !== undefined && closed === (known.closed === true);
    return open === timeOfDay(known.open) && close === timeOfDay(known.close);
  });
  if (isRight) return undefined;
  return WEEK.flatMap(([day]) => {
    const hours = desired.find((one) => one.day === day);
    const known = existing.get(day);
    if (hours || !known) return hours ?? [];
    return compact({ day, open: known.open, close: known.close, closed: known.closed === true });
  });
}

/** `HH:MM` of a time of day; midnight at the end of a day, .NET's `1.00:00:00`, is `24:00`. */
function timeOfDay(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^(1\.00|24):00(:00(\.0+)?)?$/.test(text.trim())) return '24:00';
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?$/.exec(text.trim()) ?? [];
  if (hours === undefined || minutes === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return `${hours.padStart(2, '0')}:${minutes}`;
}
