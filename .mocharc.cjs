'use strict';

// Tests run as compiled JavaScript, the same code that runs in production; `npm test` builds first.
module.exports = {
  spec: ['dist/test/**/*.test.js'],
  require: ['dist/test/support/root-hooks.js'],
  'enable-source-maps': true,
  timeout: 20_000,
  slow: 2_000,
  // No `exit: true`: a worker, server or timer that a test leaves behind keeps the process alive and fails the run.
};
