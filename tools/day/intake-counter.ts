import { describeIntake, type IntakeCounts, parseIntake } from './compare/read-intake';
import { type DayContext } from './context';
import { JsonApi } from './vendors/json-api';

/** Counts the events of a day at the intake, over restarts of the API: each begins at nothing. */
export class IntakeCounter {
  private readonly api: JsonApi;
  private before: IntakeCounts = new Map();
  private readonly counted = new Map<string, number>();

  constructor({ apiUrl, signal }: Pick<DayContext, 'apiUrl' | 'signal'>) {
    this.api = new JsonApi({ baseUrl: apiUrl, signal });
  }

  /** What was counted before is another day's. */
  async begin(): Promise<void> {
    this.before = await this.read();
  }

  /** Keeps what was counted so far; the API is about to be started anew. */
  async keep(): Promise<void> {
    for (const [key, count] of await this.read()) {
      this.counted.set(key, (this.counted.get(key) ?? 0) + count - (this.before.get(key) ?? 0));
    }
    this.before = new Map();
  }

  /** One sentence for each sender. */
  async describe(): Promise<string[]> {
    await this.keep();
    return describeIntake(this.counted, new Map());
  }

  private async read(): Promise<IntakeCounts> {
    return parseIntake(String((await this.api.send({ method: 'GET', path: '/metrics' })).body));
  }
}
