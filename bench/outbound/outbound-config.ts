import { parse, stringify } from 'yaml';
import { configText, type VendorUrls } from '../rig/services';
import { RECEIPT_TENANT_UID } from './trade';

interface ConfigDocument {
  readonly tenants: readonly { readonly tenantUid: string; readonly settings: Record<string, unknown> }[];
}

/** The demonstration's configuration, with receipts sent for one tenant only, so that a sale costs what it costs by itself. */
export function outboundConfig(vendors: VendorUrls): string {
  // The text is made by our own code.
  const document = parse(configText(vendors)) as ConfigDocument;
  for (const { tenantUid, settings } of document.tenants) {
    settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM = tenantUid === RECEIPT_TENANT_UID;
  }
  return stringify(document);
}
