import { toExactDecimal } from '../domain/amount';
import { type ConfigPath, type IssueList } from './configuration-error';
import {
  PROPERTY_DEFINITIONS,
  PROPERTY_NAMES,
  type PropertyDefinition,
  type PropertyName,
  VAT_KEY_GROUP,
} from './connector-definitions';
import { readFlag } from './field-types';
import { didYouMean } from './suggestion';
import { type ConnectorProperties } from './types';
import { compact } from '../domain/compact';

/** A property in the vendor's own form; `value` is text there, `"true"` for a switch. */
export interface PropertyItem {
  readonly key: string;
  readonly value: string | boolean;
  readonly keyGroup?: string | undefined;
}

interface Placed<T> {
  readonly value: T;
  /** Where it stands, for messages. */
  readonly path: ConfigPath;
}

/** The properties of one list (the connector's or a market's), read and checked one by one. */
export interface PropertyValues {
  readonly single: ReadonlyMap<PropertyName, Placed<string | boolean>>;
  /** Properties that are there, those with a wrong value (reported where it stands) among them. */
  readonly present: ReadonlySet<PropertyName>;
  /** Tax rate in plain decimal form (`25`, never `25.0`) → Flow VAT code uid. */
  readonly vatCodeUids: ReadonlyMap<string, string>;
}

/** Where a list of properties stands. */
export interface PropertyListPlace {
  readonly path: ConfigPath;
  readonly level: 'connector' | 'market';
  readonly issues: IssueList;
}

/** Reads one list of properties: unknown keys and groups, duplicates and wrong values go to the issues. */
export function readProperties(items: readonly PropertyItem[], place: PropertyListPlace): PropertyValues {
  const single = new Map<PropertyName, Placed<string | boolean>>();
  const present = new Set<PropertyName>();
  const vatCodeUids = new Map<string, string>();
  items.forEach((item, index) => {
    const at = { ...place, path: [...place.path, index] };
    if (item.keyGroup === VAT_KEY_GROUP) readVatCode(item, vatCodeUids, at);
    else if (item.keyGroup) {
      place.issues.add(
        [...at.path, 'keyGroup'],
        `is not a key group of the connector${didYouMean(item.keyGroup, [VAT_KEY_GROUP])}`,
      );
    } else readSingle(item, { single, present }, at);
  });
  return { single, present, vatCodeUids };
}

function readSingle(
  item: PropertyItem,
  { single, present }: { single: Map<PropertyName, Placed<string | boolean>>; present: Set<PropertyName> },
  { path, level, issues }: PropertyListPlace,
): void {
  const name = PROPERTY_NAMES.find((known) => known === item.key);
  if (name === undefined) {
    const hint = isRate(item.key)
      ? ` (a tax rate needs "keyGroup": "${VAT_KEY_GROUP}")`
      : didYouMean(item.key, PROPERTY_NAMES);
    issues.add([...path, 'key'], `is not a property of the connector${hint}`);
    return;
  }
  const definition = PROPERTY_DEFINITIONS[name];
  if (definition.isGlobalOnly && level === 'market') {
    issues.add([...path, 'key'], `${name} is set on the connector, not on a market`);
    return;
  }
  if (present.has(name)) {
    issues.add([...path, 'key'], `${name} is set twice`);
    return;
  }
  // An empty value in the vendor's form means not set.
  if (item.value === '') return;
  present.add(name);
  const value = readValue(item.value, definition);
  if (value === undefined) issues.addUnlessKnown([...path, 'value'], `${name} ${WANTED[definition.kind]}`);
  else single.set(name, { value, path: [...path, 'value'] });
}

const WANTED: Readonly<Record<PropertyDefinition['kind'], string>> = {
  uid: 'must be a Flow uid: letters, digits, _ and - only',
  text: 'must be text',
  flag: 'must be "true" or "false"',
};

function readValue(value: string | boolean, { kind }: PropertyDefinition): string | boolean | undefined {
  if (kind === 'flag') return readFlag(value);
  if (typeof value !== 'string') return undefined;
  return kind === 'text' || isUid(value) ? value : undefined;
}

function readVatCode(item: PropertyItem, vatCodeUids: Map<string, string>, { path, issues }: PropertyListPlace): void {
  if (!isRate(item.key)) {
    issues.add([...path, 'key'], 'must be a tax rate in percent, e.g. "25"');
    return;
  }
  const rate = toExactDecimal(item.key, 'the tax rate').toString();
  if (vatCodeUids.has(rate)) issues.add([...path, 'key'], `the tax rate ${rate} is set twice`);
  else if (typeof item.value === 'string' && isUid(item.value)) vatCodeUids.set(rate, item.value);
  else issues.addUnlessKnown([...path, 'value'], WANTED.uid);
}

function isRate(text: string): boolean {
  return /^\d{1,2}(\.\d{1,4})?$/.test(text.trim());
}

function isUid(text: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(text);
}

/** The values of `upper`, and those of `lower` that `upper` does not set. VAT codes are merged rate by rate. */
export function overlay(upper: PropertyValues, lower: PropertyValues): PropertyValues {
  return {
    single: new Map([...lower.single, ...upper.single]),
    present: new Set([...lower.present, ...upper.present]),
    vatCodeUids: new Map([...lower.vatCodeUids, ...upper.vatCodeUids]),
  };
}

/** The finished properties; `undefined` when one that is always required is missing (reported elsewhere). */
export function toConnectorProperties(values: PropertyValues): ConnectorProperties | undefined {
  const textOf = (name: PropertyName): string | undefined => {
    const value = values.single.get(name)?.value;
    return typeof value === 'string' ? value : undefined;
  };
  const isOn = (name: PropertyName): boolean => values.single.get(name)?.value === true;

  const DefaultTenantUid = textOf('DefaultTenantUid');
  const MainPricesListUid = textOf('MainPricesListUid');
  const DefaultVatCodeUid = textOf('DefaultVatCodeUid');
  const OrganizationUid = textOf('OrganizationUid');
  if (!DefaultTenantUid || !MainPricesListUid || !DefaultVatCodeUid || !OrganizationUid) return undefined;

  return compact({
    DefaultTenantUid,
    MainPricesListUid,
    DefaultVatCodeUid,
    OrganizationUid,
    PurchaseNumberSeriesUid: textOf('PurchaseNumberSeriesUid'),
    VoucherNumberSeriesUid: textOf('VoucherNumberSeriesUid'),
    OmniumIsMasterForStock: isOn('OmniumIsMasterForStock'),
    SyncCategoriesToFlow: isOn('SyncCategoriesToFlow'),
    ProductGroupRootId: textOf('ProductGroupRootId'),
    DefaultProductGroupUid: textOf('DefaultProductGroupUid'),
    StorePriceListsInFlow: isOn('StorePriceListsInFlow'),
    ExportDeliveryAsPo: isOn('ExportDeliveryAsPo'),
    SendPackageProductOnPurchaseOrder: isOn('SendPackageProductOnPurchaseOrder'),
    CreatePackageSlots: isOn('CreatePackageSlots'),
    UseCostPriceListInInventoryExport: isOn('UseCostPriceListInInventoryExport'),
    UseMarketGroupFlowTenants: isOn('UseMarketGroupFlowTenants'),
    FlowWebWarehouse: textOf('FlowWebWarehouse'),
    VatCodeUids: Object.fromEntries(values.vatCodeUids),
  });
}
