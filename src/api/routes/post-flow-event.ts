import { type IntakeMetrics } from '../../observability/metrics';
import { RefusedRequest } from '../middleware/refused-request';
import { type WebhookHandler } from '../middleware/receive-webhook';

/**
 * `POST /webhooks/flow/{tenantUid}`: authenticated, and answered 202 `ignored` for now. Outbound sync (Flow → Omnium) is
 * not in this release; a Flow webhook that was registered early must neither be retried ten times nor taken for recorded.
 */
export function postFlowEvent(metrics: Pick<IntakeMetrics, 'events'>): WebhookHandler {
  return (tenant, body) => {
    if (typeof body !== 'object' || body === null) throw new RefusedRequest(400, 'an event is a JSON object');
    const count = Array.isArray(body) ? body.length : 1;
    metrics.events.inc({ tenant: tenant.tenantUid, sender: 'flow', outcome: 'ignored' }, count);
    return {
      outcome: 'ignored',
      reason: 'outbound sync (Flow to Omnium) is not in this release; nothing was recorded',
    };
  };
}
