import { type StockMasters } from '../day/context';

const ANSWER_WITHIN_MS = 5_000;

/**
 * Gives the workflow of Omnium's orders its stock step in the stores whose stock Omnium keeps, as a person does in
 * Omnium's settings: there, what is sold and taken back moves Omnium's stock. Elsewhere Flow sends levels.
 *
 * @throws Error when the sandbox refuses
 */
export async function setStockStep(omniumUrl: string, masters: StockMasters): Promise<void> {
  const storeIds = Object.keys(masters).filter((storeId) => masters[storeId] === 'omnium');
  const response = await fetch(`${omniumUrl}/_sandbox/stock-step`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ storeIds }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`The Omnium sandbox refused its stock step: ${response.status} ${answer}`);
}
