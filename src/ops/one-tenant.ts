import { WorkflowNotFoundError } from '@temporalio/client';
import { type OpsContext } from './context';
import { chosenTenants } from './find-order';
import { EXIT, OpsError } from './ops-error';

const ASK_SERVER_MS = 5_000;

/** A thing whose tenant is asked for. */
export interface TenantWanted {
  /** In words, e.g. `Purchase order PO-17`. */
  readonly what: string;
  readonly tenantUid: string | undefined;
  /** Id of its workflow in a tenant. */
  readonly workflowIdIn: (tenantUid: string) => string;
}

/** The tenant that was named, or is the only one, or has had to do with the thing before. */
export async function oneTenant(
  context: OpsContext,
  { what, tenantUid: named, workflowIdIn }: TenantWanted,
): Promise<string> {
  const tenants = chosenTenants(context, named).map(({ tenantUid }) => tenantUid);
  const known: string[] = [];
  for (const tenantUid of tenants.length > 1 ? tenants : []) {
    if (await isKnown(context, workflowIdIn(tenantUid))) known.push(tenantUid);
  }
  const possible = known.length > 0 ? known : tenants;
  const [only, ...others] = possible;
  if (only !== undefined && others.length === 0) return only;
  const message = `${what}: say which tenant is meant, with --tenant ${possible.join(' or --tenant ')}`;
  throw new OpsError(EXIT.refused, message, { tenants: possible });
}

async function isKnown({ temporal }: OpsContext, workflowId: string): Promise<boolean> {
  const { client, connection } = temporal;
  try {
    await connection.withDeadline(Date.now() + ASK_SERVER_MS, () => client.workflow.getHandle(workflowId).describe());
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
