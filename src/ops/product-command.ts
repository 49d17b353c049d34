import { randomUUID } from 'node:crypto';
import { type Command } from 'commander';
import { MAX_ID_LENGTH } from '../contracts/entity-sync';
import { productKind } from '../contracts/kinds/product';
import { webUiUrl } from '../temporal/order-directory';
import { type CommandOutput } from './command-output';
import { type CommandRunner } from './command-runner';
import { type OpsContext, publisherOf } from './context';
import { oneTenant } from './one-tenant';
import { EXIT, OpsError } from './ops-error';

/** Which product, by Omnium's id. */
export interface ProductChoice {
  readonly productId: string;
  readonly tenantUid: string | undefined;
}

/** `product resync`: what an operator does about one product. */
export function addProductCommands(program: Command, { withOptions, run }: CommandRunner): void {
  const product = program.command('product').description('products, from Omnium to the tills');
  withOptions(product.command('resync'), 'read a product from Omnium and bring it to the tills again')
    .argument('<id>', 'Omnium’s id of the product, or a SKU of it')
    .action((productId: string, { tenant, json }: { readonly tenant?: string; readonly json?: boolean }) =>
      run(json, (context) => resyncProduct(context, { productId, tenantUid: tenant })),
    );
}

/** `product resync <id>`: the same as one more event of Omnium's, also for one that nobody told us about. */
async function resyncProduct(context: OpsContext, choice: ProductChoice): Promise<CommandOutput> {
  const productId = choice.productId.trim();
  if (productId === '' || productId.length > MAX_ID_LENGTH) {
    throw new OpsError(EXIT.usage, `The id of a product has 1 to ${MAX_ID_LENGTH} characters.`);
  }
  const tenantUid = await oneTenant(context, {
    what: `Product ${productId}`,
    tenantUid: choice.tenantUid,
    workflowIdIn: (tenant) => productKind.id({ tenantUid: tenant, productId }),
  });
  const { namespace } = context.temporal;
  const { api } = context.config;
  const key = { tenantUid, productId };
  await publisherOf(context).publish(productKind, key, {
    eventId: `operator:${randomUUID()}`,
    source: 'operator',
    what: 'resync',
  });
  const workflowId = productKind.id(key);
  const url = webUiUrl({ namespace, temporalWebUiUrl: api.temporalWebUiUrl }, { workflowId });
  return {
    text: `Product ${productId} (${tenantUid}) will be read from Omnium and brought to the tills again.\n${url}`,
    json: { done: true, product: { ...key, workflowId, webUiUrl: url } },
  };
}
