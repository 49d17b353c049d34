import assert from 'node:assert/strict';

import { loadServiceEnvironment } from '../../../src/config/service-environment';
import { issuesOf } from './valid-config';

/** Nothing of the machine the tests run on: neither its variables nor its TOML file. */
const BARE = { HOME: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent' };

describe('loadServiceEnvironment', () => {
  it('logs at info by default, and takes a level in any case', () => {
    assert.equal(loadServiceEnvironment(BARE).logLevel, 'info');
    assert.equal(loadServiceEnvironment({ ...BARE, LOG_LEVEL: '' }).logLevel, 'info');
    assert.equal(loadServiceEnvironment({ ...BARE, LOG_LEVEL: ' Debug ' }).logLevel, 'debug');
  });

  it('takes the standard variables of Temporal', () => {
    const { temporal } = loadServiceEnvironment({
      ...BARE,
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_NAMESPACE: 'retail',
      TEMPORAL_API_KEY: 'key',
    });
    assert.equal(temporal.namespace, 'retail');
    assert.equal(temporal.connectionOptions.address, 'temporal.example:7233');
    assert.equal(temporal.connectionOptions.apiKey, 'key');
    assert.equal(temporal.connectionOptions.tls, true);
  });

  it('tells everything that is wrong, without a secret', () => {
    const environment = {
      ...BARE,
      LOG_LEVEL: 'inf',
      TEMPORAL_API_KEY: 'SECRET',
      TEMPORAL_TLS_CLIENT_CERT_PATH: '/nonexistent/SECRET.pem',
    };
    assert.deepEqual(
      issuesOf(() => loadServiceEnvironment(environment)),
      [
        {
          path: 'LOG_LEVEL',
          message: 'must be one of silent, fatal, error, warn, info, debug, trace',
        },
        { path: 'TEMPORAL_*', message: 'the connection to Temporal cannot be read from the environment (ENOENT)' },
      ],
    );
  });

  it('takes the address of a worker’s figures, and refuses what is none', () => {
    assert.equal(loadServiceEnvironment({ METRICS_ADDRESS: '0.0.0.0:9464' }).metricsAddress, '0.0.0.0:9464');
    assert.equal(loadServiceEnvironment({}).metricsAddress, undefined);
    assert.throws(() => loadServiceEnvironment({ METRICS_ADDRESS: '9464' }), /METRICS_ADDRESS/);
  });
});
