import { demoTenants } from './demo-config';
import { registerFlowWebhooks, subscribeToOmnium } from './subscriptions';

/** What the configuration says of the API itself and of the Web UI makes no difference to subscriptions. */
const ELSEWHERE = { apiHost: '0.0.0.0', apiPort: 4000, webUiUrl: 'http://localhost:8080' };

/**
 * `subscribe.js <Omnium sandbox URL> <Flow sandbox URL> <API URL>`: the event subscriptions and webhooks of the
 * demonstration, for docker-compose.yml.
 */
async function main([omniumUrl, flowUrl, apiUrl]: readonly string[]): Promise<void> {
  if (omniumUrl === undefined || flowUrl === undefined || apiUrl === undefined)
    throw new Error('usage: subscribe.js <Omnium sandbox URL> <Flow sandbox URL> <API URL>');
  await subscribeToOmnium({ omniumUrl, apiUrl }, demoTenants());
  await registerFlowWebhooks({ ...ELSEWHERE, omniumUrl, flowUrl, apiUrl });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
