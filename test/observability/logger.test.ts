import assert from 'node:assert/strict';
import { asTemporalLogger, createLogger } from '../../src/observability/logger';

function capturing(level: 'info' | 'debug' = 'info'): {
  lines: Record<string, unknown>[];
  logger: ReturnType<typeof createLogger>;
} {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { lines, logger: createLogger({ name: 'test', level, destination }) };
}

describe('createLogger', () => {
  it('writes one JSON object a line, with the level as a word and the time in ISO-8601', () => {
    const { lines, logger } = capturing();
    logger.info({ tenantUid: 'flow_no' }, 'hello');
    logger.debug('not at this level');
    assert.equal(lines.length, 1);
    const { time, pid, ...line } = lines[0] ?? {};
    assert.deepEqual(line, { level: 'info', name: 'test', tenantUid: 'flow_no', msg: 'hello' });
    assert.equal(pid, process.pid);
    assert.equal(new Date(String(time)).toISOString(), time);
  });

  it('never writes secrets or members that hold personal data, down to two levels', () => {
    const { lines, logger } = capturing();
    logger.info(
      { token: 's1', request: { headers: { authorization: 's2' }, body: 's3' }, customer: { email: 's4' } },
      'x',
    );
    assert.doesNotMatch(JSON.stringify(lines), /s[1-4]"/);
    assert.match(JSON.stringify(lines), /\[redacted\]/);
  });

  it('tells of an error its kind, words, code, stack and causes, but no documents that hang on it', () => {
    const { lines, logger } = capturing();
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', response: { name: 'Kari Nordmann' } });
    logger.error({ err: Object.assign(new TypeError('outer', { cause }), { order: { note: 'Kari Nordmann' } }) }, 'x');
    const written = JSON.stringify(lines);
    assert.match(written, /"type":"TypeError","message":"outer","stack":/);
    assert.match(written, /"message":"refused","code":"ECONNREFUSED"/);
    assert.doesNotMatch(written, /Nordmann/);
  });

  it('serves the Temporal SDK, whose lines join ours', () => {
    const { lines, logger } = capturing('debug');
    const temporal = asTemporalLogger(logger);
    temporal.warn('from the SDK', { workflowId: 'order:no:1', error: new Error('broken') });
    temporal.log('DEBUG', 'quiet');
    temporal.trace('too quiet');
    assert.deepEqual(
      lines.map(({ level, msg }) => [level, msg]),
      [
        ['warn', 'from the SDK'],
        ['debug', 'quiet'],
      ],
    );
    assert.equal(lines[0]?.workflowId, 'order:no:1');
    assert.match(JSON.stringify(lines[0]?.err), /"message":"broken"/);
  });
});
