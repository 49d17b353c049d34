import { parse, stringify } from 'yaml';
import { demoConfig } from '../../tools/start/demo-config';
import type { VendorUrls } from '../rig/services';

/** The tenants of a configuration, by Flow's uid, and where each finds the vendors. */
export type TenantVendors = Readonly<Record<string, VendorUrls>>;

interface ConfigDocument {
  tenants: {
    readonly tenantUid: string;
    readonly flow: { baseUrl: string };
    readonly omnium: { baseUrl: string };
    readonly connector: {
      readonly properties: { readonly key: string; readonly value: string }[];
      scheduledTasks: readonly { schedule: string }[];
    };
    catalogue?: object;
  }[];
}

/** The runs of a benchmark are started by hand; its Schedules have to be there and are never due. */
const NEVER_DUE = '0 4 1 1 *';

/** One property of either type, beside the colour and size that every variant has. */
const PROPERTIES = { textProperties: ['material'], choiceProperties: ['activity'] };

/**
 * The demonstration's configuration for some of its tenants, with a price list for each store in all of them. The limits
 * are the product's defaults.
 */
export function catalogueConfig(tenants: TenantVendors): string {
  const nobody = 'http://127.0.0.1:9';
  const text = demoConfig({ omniumUrl: nobody, flowUrl: nobody, apiHost: '127.0.0.1', apiPort: 0, webUiUrl: nobody });
  // The text is made by our own code.
  const document = parse(text) as ConfigDocument;
  document.tenants = document.tenants.filter(({ tenantUid }) => tenants[tenantUid] !== undefined);
  for (const tenant of document.tenants) {
    const { tenantUid, flow, omnium, connector } = tenant;
    tenant.catalogue = PROPERTIES;
    const { flowUrl = '', omniumUrl = '' } = tenants[tenantUid] ?? {};
    flow.baseUrl = `${flowUrl}/v2`;
    omnium.baseUrl = omniumUrl;
    const others = connector.properties.filter(({ key }) => key !== 'StorePriceListsInFlow');
    connector.properties.splice(0, Infinity, ...others, { key: 'StorePriceListsInFlow', value: 'true' });
    connector.scheduledTasks = connector.scheduledTasks.map((task) => ({ ...task, schedule: NEVER_DUE }));
  }
  return stringify(document);
}
