import { TestWorkflowEnvironment } from '@temporalio/testing';

/**
 * Downloads the Temporal CLI with the Temporal SDK, as a process of its own, because the SDK's download cannot be called
 * off: `node download-cli.js <version> <folder>`. The SDK has no call that only downloads: it starts the server once from the
 * folder, and that is stopped at once.
 */
async function main([version = '', downloadDir = '']: readonly string[]): Promise<void> {
  const executable = { type: 'cached-download', downloadDir, version: `v${version}`, ttl: '1 day' } as const;
  const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
