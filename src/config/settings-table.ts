import { z } from 'zod';

import {
  IMPLEMENTATIONS,
  PROPERTY_DEFINITIONS,
  PROPERTY_NAMES,
  type PropertyDefinition,
  SCHEDULED_TASKS,
  VAT_KEY_GROUP,
} from './connector-definitions';
import { configSchema } from './schema';
import { ENVIRONMENT_VARIABLES } from './service-environment';
import { documentedSettings, type SettingDocumentation } from './setting-documentation';

/** One setting, as docs/settings.md tells it. */
export interface SettingRow extends Omit<SettingDocumentation, 'defaultInWords'> {
  readonly name: string;
  /** Where it is written: a place in the file, or `environment`. */
  readonly place: string;
  readonly defaultValue: string;
}

/**
 * Every setting there is, read from the schema itself, so that none can be missing from the documentation.
 *
 * @throws Error for a setting without documentation
 */
export function listSettings(): SettingRow[] {
  const variables = Object.entries(ENVIRONMENT_VARIABLES).map(([name, { defaultInWords, ...documentation }]) => ({
    ...documentation,
    name,
    place: 'environment',
    defaultValue: defaultInWords ?? 'not set',
  }));
  return [...variables, ...settingsIn(configSchema, { place: '', name: '' })];
}

/** The table of docs/settings.md, in Markdown. */
export function renderSettingsTable(): string {
  const header = ['Setting', 'Stands in', 'Whose', 'Level', 'Default', 'Effect', 'Used by'];
  const rows = listSettings().map((row) => [
    `\`${row.name}\``,
    row.place === 'environment' ? row.place : `\`${row.place || '/'}\``,
    row.origin,
    row.level,
    row.defaultValue,
    row.effect,
    row.usedBy,
  ]);
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.map(toCell).join(' | ')} |`).join('\n');
}

function toCell(text: string): string {
  return text.replaceAll('|', '\\|');
}

interface Spot {
  /** Path of the section, e.g. `tenants[].flow`. */
  readonly place: string;
  readonly name: string;
}

function settingsIn(schema: z.core.$ZodType, spot: Spot): SettingRow[] {
  const documentation = documentedSettings.get(schema);
  if (documentation) {
    const { defaultInWords, ...rest } = documentation;
    return [{ ...rest, ...spot, defaultValue: defaultInWords ?? defaultOf(schema) }];
  }
  const place = spot.place === '' ? spot.name : `${spot.place}.${spot.name}`;
  if (place === 'tenants[].connector') return connectorSettings(place);
  if (place === 'tenants[].markets[].properties') return [marketProperties(spot)];
  if (schema instanceof z.ZodObject) {
    const members: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    return Object.entries(members).flatMap(([name, member]) => settingsIn(member, { place, name }));
  }
  if (schema instanceof z.ZodArray) return settingsIn(schema.element, { ...spot, name: `${spot.name}[]` });
  if (schema instanceof z.ZodDiscriminatedUnion) {
    return schema.options.flatMap((option) =>
      settingsIn(option, { ...spot, name: `${spot.name} ${schemeOf(option)}` }),
    );
  }
  const inner = innerOf(schema);
  if (inner) return settingsIn(inner, spot);
  throw new Error(`the setting ${place} has no documentation`);
}

/** `bearer` of a webhook scheme: the value of its discriminator. */
function schemeOf(option: z.core.$ZodType): string {
  const type: unknown = option instanceof z.ZodObject ? option.shape.type : undefined;
  return type instanceof z.ZodLiteral ? String(type.value) : '';
}

function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return schema.unwrap();
  }
  return undefined;
}

function defaultOf(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodOptional) return 'not set';
  if (!(schema instanceof z.ZodDefault)) return 'required';
  const value: unknown = schema.def.defaultValue;
  if (Array.isArray(value))
    return value.length === 0 ? 'empty' : value.map((element) => `\`${String(element)}\``).join(', ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, member]) => `\`${key}: ${String(member)}\``)
      .join(', ');
  }
  return `\`${String(value)}\``;
}

/** The vendor's connector: its parts have the vendor's form, and a table of their own meaning. */
function connectorSettings(place: string): SettingRow[] {
  const row = (name: string, part: string, rest: Omit<SettingRow, 'origin' | 'name' | 'place'>): SettingRow => ({
    origin: 'Omnium',
    name,
    place: `${place}${part}`,
    ...rest,
  });
  const implementations = Object.entries(IMPLEMENTATIONS).map(([name, { effect, usedBy }]) =>
    row(name, '.implementations[]', { level: 'tenant', defaultValue: 'not named', effect, usedBy }),
  );
  const properties = PROPERTY_NAMES.map((name) =>
    row(name, '.properties[]', propertyDetails(PROPERTY_DEFINITIONS[name])),
  );
  const vatCodes = row(VAT_KEY_GROUP, '.properties[]', {
    level: 'market',
    defaultValue: 'empty',
    effect: 'key group: tax rate in percent → Flow VAT code uid; `25`, `25.0` and `25.00` are one rate',
    usedBy: 'products',
  });
  const tasks = Object.entries(SCHEDULED_TASKS).map(([name, { effect, typically, usedBy, otherwise, isOurs }]) => ({
    ...row(name, '.scheduledTasks[]', {
      level: 'tenant',
      defaultValue: otherwise ?? `not scheduled; typically ${typically}`,
      effect: `${effect}; members \`schedule\`, \`implementationType\`, \`isDisabled\``,
      usedBy,
    }),
    ...(isOurs && { origin: 'this service' as const }),
  }));
  const connectorName = row('name', '', {
    level: 'tenant',
    defaultValue: '`FlowRetail`',
    effect: 'name of the connector; there is no other',
    usedBy: 'start-up',
  });
  return [connectorName, ...implementations, ...properties, vatCodes, ...tasks];
}

function propertyDetails(definition: PropertyDefinition): Omit<SettingRow, 'origin' | 'name' | 'place'> {
  const { kind, isRequired, requiredWhen, effect, usedBy, isGlobalOnly } = definition;
  const otherwise = kind === 'flag' ? '`false`' : 'not set';
  const defaultValue = isRequired ? 'required' : requiredWhen ? `${otherwise}; required ${requiredWhen}` : otherwise;
  return { level: isGlobalOnly ? 'tenant' : 'market', defaultValue, effect, usedBy };
}

/** A market's list of properties, as one row: what each does stands at the connector. */
function marketProperties({ place, name }: Spot): SettingRow {
  return {
    origin: 'Omnium',
    level: 'market',
    name,
    place,
    defaultValue: "the connector's",
    effect: "the connector's properties that are other for this market, in the same form; VAT codes rate by rate",
    usedBy: 'start-up',
  };
}
