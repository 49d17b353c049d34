import { demoTenants } from './demo-config';
import { subscribeToOrders } from './subscriptions';

/** `subscribe.js <Omnium sandbox URL> <API URL>`: the event subscriptions of the demonstration, for docker-compose.yml. */
async function main([omniumUrl, apiUrl]: readonly string[]): Promise<void> {
  if (omniumUrl === undefined || apiUrl === undefined)
    throw new Error('usage: subscribe.js <Omnium sandbox URL> <API URL>');
  await subscribeToOrders({ omniumUrl, apiUrl }, demoTenants());
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
