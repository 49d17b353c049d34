import path from 'node:path';

/** Where the build leaves the workflow bundle: beside the compiled sources. */
export const WORKFLOW_BUNDLE_PATH = path.resolve(__dirname, '../../workflow-bundle.js');
