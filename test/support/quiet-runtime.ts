import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/** What workers say at their start and end, and of failures a test wants, would drown the results. Once per process. */
export function installQuietRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
}
