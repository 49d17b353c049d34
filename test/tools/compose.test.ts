import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ENGINES } from '../../src/contracts/task-queues';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { resolveComposeCheck } from '../../tools/servers/compose-check';
import { pinnedCliVersion } from '../../tools/servers/temporal-cli';
import { ProgramFailedError, runProgram } from '../../tools/servers/run-program';
import { withTemporaryFolder } from '../support/temporary-folder';

const serviceSchema = z.looseObject({
  image: z.string().optional(),
  command: z.array(z.string()).nullable(),
  environment: z.record(z.string(), z.string().nullable()).optional(),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string() })).optional(),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  restart: z.string().optional(),
  stop_grace_period: z.string().optional(),
  build: z.looseObject({ target: z.string() }).optional(),
  volumes: z.array(z.looseObject({ source: z.string().optional(), target: z.string() })).optional(),
});
const projectSchema = z.looseObject({ services: z.record(z.string(), serviceSchema) });
type Project = z.infer<typeof projectSchema>;

const FILE = 'docker-compose.yml';
const OURS = ['api', ...ENGINES.map((engine) => `worker-${engine}`)];
const SERVERS = ['postgresql', 'temporal', 'temporal-database', 'temporal-namespace', 'temporal-ui'];

describe('docker-compose.yml, as compose-go reads it', function () {
  this.timeout(300_000);
  let composeCheck = '';

  before(async () => {
    composeCheck = await resolveComposeCheck((line) => console.log(`    ${line}`));
  });

  /** Only these variables: whatever the machine has set must not matter. */
  async function load(env: Record<string, string>, profiles: readonly string[] = [], file = FILE): Promise<Project> {
    const json = await runProgram({
      program: composeCheck,
      args: [file, ...profiles],
      env: { PATH: process.env.PATH, ...env },
    });
    return projectSchema.parse(JSON.parse(json));
  }

  it('is PostgreSQL, Temporal, its Web UI, the API and one worker per engine', async () => {
    const { services } = await load({ POSTGRES_PASSWORD: 'x' });
    assert.deepEqual(Object.keys(services).sort(), [...OURS, ...SERVERS].sort());
    for (const engine of ENGINES) {
      assert.deepEqual(services[`worker-${engine}`]?.command?.slice(-3), [
        'dist/src/workers/main.js',
        '--engine',
        engine,
      ]);
    }
  });

  it('adds the sandboxes with their profile only', async () => {
    const { services } = await load({ POSTGRES_PASSWORD: 'x' }, ['sandbox']);
    assert.deepEqual(Object.keys(services).sort(), [...OURS, ...SERVERS, 'sandbox', 'sandbox-subscriptions'].sort());
    assert.deepEqual(conditions(services['sandbox-subscriptions']), {
      api: 'service_healthy',
      sandbox: 'service_healthy',
    });
  });

  it('starts in order: database, schema, server, namespace, and then ours', async () => {
    const { services } = await load({ POSTGRES_PASSWORD: 'x' });
    assert.deepEqual(conditions(services['temporal-database']), { postgresql: 'service_healthy' });
    assert.deepEqual(conditions(services.temporal), { 'temporal-database': 'service_completed_successfully' });
    assert.deepEqual(conditions(services['temporal-namespace']), { temporal: 'service_healthy' });
    for (const name of OURS) {
      assert.deepEqual(conditions(services[name]), { 'temporal-namespace': 'service_completed_successfully' }, name);
    }
    for (const name of ['postgresql', 'temporal', 'api'])
      assert.ok(services[name]?.healthcheck, `${name} has a health check`);
  });

  it('runs ours from the production image, read-only, restarted, with time to drain', async () => {
    const { services } = await load({ POSTGRES_PASSWORD: 'x', INTEGRATION_CONFIG: './deploy/sandbox.yaml' });
    for (const name of OURS) {
      const service = services[name];
      assert.equal(service?.build?.target, 'integration');
      assert.equal(service.restart, 'unless-stopped');
      assert.equal(service.read_only, true);
      assert.ok(service.stop_grace_period !== undefined);
      assert.equal(service.environment?.TEMPORAL_ADDRESS, 'temporal:7233');
      const config = service.volumes?.find(({ target }) => target === service.environment?.CONFIG_FILE);
      assert.equal(config?.source, join(process.cwd(), 'deploy/sandbox.yaml'));
      assert.equal(config.read_only, true);
    }
  });

  it('pins every image, and the Temporal server is the one the tests ran against', async () => {
    const { services } = await load({ POSTGRES_PASSWORD: 'x' }, ['sandbox']);
    for (const [name, { image, build }] of Object.entries(services)) {
      if (build === undefined && !image?.startsWith('flow-retail-omnium'))
        assert.match(image ?? '', /:\d+/, `${name} has a version`);
    }
    const goMod = await readFile('tools/temporal/go.mod', 'utf8');
    const [, server] = /go\.temporal\.io\/server v(\S+)/.exec(goMod) ?? [];
    const [, webUi] = /temporalio\/ui-server\/v2 v(\S+)/.exec(goMod) ?? [];
    assert.equal(services.temporal?.image, `temporalio/server:${server}`, `CLI ${await pinnedCliVersion()}`);
    assert.equal(services['temporal-ui']?.image, `temporalio/ui:${webUi}`);
  });

  it('asks for the database password instead of having one', async () => {
    await assert.rejects(load({}), (error: unknown) => {
      assert.ok(error instanceof ProgramFailedError);
      assert.match(error.message, /set POSTGRES_PASSWORD/);
      return true;
    });
  });

  it('would be refused with a dependency on a service that does not exist', () =>
    withTemporaryFolder(async (folder) => {
      const broken = join(folder, FILE);
      const text = await readFile(FILE, 'utf8');
      await writeFile(
        broken,
        text.replace('temporal: { condition: service_healthy }', 'temporel: { condition: service_healthy }'),
      );
      await assert.rejects(load({ POSTGRES_PASSWORD: 'x' }, [], broken), /depends on undefined service "temporel"/);
      await writeFile(broken, text.replace('stop_grace_period: 20s', 'stop_grace_period: soon'));
      await assert.rejects(load({ POSTGRES_PASSWORD: 'x' }, [], broken), /stop_grace_period/);
    }));

  it('sets up the search attributes that the code writes', async () => {
    const script = await readFile('deploy/temporal/setup-namespace.sh', 'utf8');
    const names = [...script.matchAll(/--name (\w+) --type Keyword/g)].map(([, name]) => name);
    assert.deepEqual(
      names.sort(),
      Object.values(searchAttributes)
        .map(({ name }) => name)
        .sort(),
    );
  });
});

function conditions(service: z.infer<typeof serviceSchema> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service?.depends_on ?? {}).map(([name, { condition }]) => [name, condition]),
  );
}
