const LINE = /^intake_events_total\{([^}]*)\} (\d+(?:\.\d+)?)$/gm;
const LABEL = /(\w+)="([^"]*)"/g;

/** Events by sender and what became of them: `omnium/recorded` → count. */
export type IntakeCounts = ReadonlyMap<string, number>;

/** Reads the intake's figures from Prometheus' text format. */
export function parseIntake(metrics: string): IntakeCounts {
  const counts = new Map<string, number>();
  for (const [, labelText = '', value = '0'] of metrics.matchAll(LINE)) {
    const labels = new Map([...labelText.matchAll(LABEL)].map(([, name = '', text = '']) => [name, text]));
    const key = `${labels.get('sender') ?? ''}/${labels.get('outcome') ?? ''}`;
    counts.set(key, (counts.get(key) ?? 0) + Number(value));
  }
  return counts;
}

/** One sentence per sender, with what came since `before`. */
export function describeIntake(now: IntakeCounts, before: IntakeCounts): string[] {
  const senders = [...new Set([...now.keys()].map((key) => key.split('/')[0] ?? ''))].sort();
  return senders.map((sender) => {
    const outcomes = [...now.keys()].filter((key) => key.startsWith(`${sender}/`)).sort();
    const words = outcomes.map((key) => {
      const count = (now.get(key) ?? 0) - (before.get(key) ?? 0);
      const outcome = key.slice(sender.length + 1);
      return `${count} ${outcome}${outcome === 'ignored' ? ' (our own writes, or none of ours)' : ''}`;
    });
    return `Events from ${sender === 'flow' ? 'Flow' : 'Omnium'}: ${words.join(', ')}.`;
  });
}
