import { z } from 'zod';

import { IMPLEMENTATIONS, propertiesSchema, SCHEDULED_TASKS } from './connector';
import { type SettingDocumentation, settings } from './field-types';
import { configSchema } from './schema';
import { ENVIRONMENT_VARIABLES } from './service-environment';

/** One setting, as docs/settings.md shows it. */
export interface SettingRow extends Required<Omit<SettingDocumentation, 'defaultInWords'>> {
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
  const variables = Object.entries(ENVIRONMENT_VARIABLES).map(([name, documentation]) =>
    toRow(documentation, 'environment', name),
  );
  return [...variables, ...settingsIn(configSchema, '', '')];
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
  return [header, header.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function settingsIn(schema: z.core.$ZodType, place: string, name: string): SettingRow[] {
  const documentation = settings.get(schema);
  if (documentation) return [toRow({ defaultInWords: defaultOf(schema), ...documentation }, place, name)];
  const path = place === '' ? name : `${place}.${name}`;
  // Parts of the vendor's connector have the vendor's form, and a list of names of their own.
  if (path === 'tenants[].connector.implementations')
    return Object.entries(IMPLEMENTATIONS).map(([implementation, { effect, usedBy }]) =>
      toRow({ origin: 'Omnium', defaultInWords: 'not named', effect, usedBy }, `${path}[]`, implementation),
    );
  if (path === 'tenants[].connector.scheduledTasks')
    return Object.entries(SCHEDULED_TASKS).map(([task, { effect, ...rest }]) => {
      const members = 'members `schedule`, `implementationType`, `isDisabled`';
      return toRow({ origin: 'Omnium', ...rest, effect: `${effect}; ${members}` }, `${path}[]`, task);
    });
  if (path === 'tenants[].connector.properties')
    return Object.entries(propertiesSchema.shape).flatMap(([property, member]) =>
      settingsIn(member, `${path}[]`, property),
    );
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, z.core.$ZodType>).flatMap(([member, inner]) =>
      settingsIn(inner, path, member),
    );
  if (schema instanceof z.ZodArray) return settingsIn(schema.element, place, `${name}[]`);
  if (schema instanceof z.ZodDiscriminatedUnion)
    return schema.options.flatMap((option) => {
      const type: unknown = option instanceof z.ZodObject ? option.shape.type : undefined;
      return settingsIn(option, place, `${name} ${type instanceof z.ZodLiteral ? String(type.value) : ''}`);
    });
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return settingsIn(schema.unwrap(), place, name);
  if (schema instanceof z.ZodPipe) return settingsIn(schema.in, place, name);
  // A name that is known only to be refused with a hint.
  if (schema instanceof z.ZodUndefined) return [];
  throw new Error(`the setting ${path} has no documentation`);
}

function toRow({ defaultInWords, ...documentation }: SettingDocumentation, place: string, name: string): SettingRow {
  const level = /^tenants\[\]\.stores/.test(place)
    ? 'store'
    : /^tenants\[\]\.markets/.test(place)
      ? 'market'
      : place.startsWith('tenants[]')
        ? 'tenant'
        : 'service';
  return { origin: 'this service', level, ...documentation, place, name, defaultValue: defaultInWords ?? 'not set' };
}

function defaultOf(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodOptional) return 'not set';
  if (!(schema instanceof z.ZodDefault)) return 'required';
  const value: unknown = schema.def.defaultValue;
  if (typeof value !== 'object' || value === null) return `\`${String(value)}\``;
  const members = Array.isArray(value)
    ? value.map(String)
    : Object.entries(value).map(([key, member]) => `${key}: ${String(member)}`);
  return members.length === 0 ? 'empty' : members.map((member) => `\`${member}\``).join(', ');
}
