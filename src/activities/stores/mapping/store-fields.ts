import type { FlowStore, FlowStoreFields } from '../../../clients/flow/stores';
import type { OmniumStore } from '../../../clients/omnium/directory';
import { isSameDegrees, parseDegrees } from './coordinates';
import { changedOpeningHours, mapOpeningHours } from './opening-hours';

/** What a Flow store takes from Omnium (Flow, stores page). What Omnium does not tell is absent, and left alone in Flow. */
export type StoreFields = FlowStoreFields & { readonly name: string; readonly organizationUid: string };

/** Fields of a store, and what Omnium holds that could not be read. */
export interface MappedStore {
  readonly fields: StoreFields;
  /** Names of members, e.g. `latitude`. */
  readonly invalid: readonly string[];
}

/** What the store's fields take from elsewhere. */
export interface StoreSurroundings {
  /** The first of the store's markets that is the tenant's; it becomes Flow's `externalId`. */
  readonly marketId: string;
  readonly organizationUid: string;
}

/** Maps Omnium's store to the fields of Flow's. */
export function mapStore(store: OmniumStore, { marketId, organizationUid }: StoreSurroundings): MappedStore {
  const latitude = degreesOf(store, 'latitude');
  const longitude = degreesOf(store, 'longitude');
  const { days, invalid } = mapOpeningHours(store);
  return {
    fields: {
      name: store.name ?? store.id,
      ...addressOf(store),
      ...(store.email !== undefined && { email: store.email }),
      ...(store.phoneNumber !== undefined && { phone: store.phoneNumber }),
      ...(typeof latitude === 'number' && { latitude }),
      ...(typeof longitude === 'number' && { longitude }),
      isActive: store.isInactive !== true,
      externalId: marketId,
      ...(store.organizationalNumber !== undefined && { vatNumber: store.organizationalNumber }),
      organizationUid,
      ...(days.length > 0 && { openingHours: days }),
    },
    invalid: [
      ...(latitude === 'invalid' ? ['latitude'] : []),
      ...(longitude === 'invalid' ? ['longitude'] : []),
      ...invalid,
    ],
  };
}

/** The fields that Flow does not have as Omnium wants them; empty when Flow is right. */
export function changedStoreFields(wanted: StoreFields, inFlow: FlowStore): FlowStoreFields {
  const { openingHours, latitude, longitude, ...plain } = wanted;
  const known: Readonly<Record<string, unknown>> = inFlow;
  const changed: FlowStoreFields = Object.fromEntries(
    Object.entries(plain).filter(([field, value]) => value !== known[field]),
  );
  const week = openingHours && changedOpeningHours(openingHours, inFlow.openingHours);
  return {
    ...changed,
    ...(latitude !== undefined && !isSameDegrees(latitude, inFlow.latitude) && { latitude }),
    ...(longitude !== undefined && !isSameDegrees(longitude, inFlow.longitude) && { longitude }),
    ...(week && { openingHours: week }),
  };
}

function addressOf({ address }: OmniumStore): FlowStoreFields {
  if (!address) return {};
  const street = [address.streetName, address.streetNumber].filter((part) => part !== undefined).join(' ');
  const { city, zipcode, countryCode } = address;
  return {
    ...(street !== '' && { address: street }),
    ...(city !== undefined && { city }),
    ...(zipcode !== undefined && { postalCode: zipcode }),
    ...(countryCode !== undefined && { countryCode: countryCode.trim().toUpperCase() }),
  };
}

function degreesOf(store: OmniumStore, axis: 'latitude' | 'longitude'): number | 'invalid' | undefined {
  const text = store[axis];
  return text === undefined ? undefined : (parseDegrees(text, axis) ?? 'invalid');
}
