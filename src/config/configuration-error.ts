/** One thing that is wrong with the configuration. */
export interface ConfigurationIssue {
  /** Where in the file, e.g. `tenants[0].flow.token`; the name of an environment variable; or empty for the file itself. */
  readonly path: string;
  /** What is wrong and what is wanted, without any value that came from the environment. */
  readonly message: string;
}

/**
 * The configuration cannot be used. Holds everything that is wrong at once, so that it is mended in one go.
 * The processes that load a configuration print it and end with exit code 2.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly issues: readonly ConfigurationIssue[];

  constructor(issues: readonly ConfigurationIssue[]) {
    const lines = issues.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`);
    super(`the configuration has ${issues.length === 1 ? 'an error' : `${issues.length} errors`}\n${lines.join('\n')}`);
    this.issues = issues;
  }
}

/** A place in the configuration as people write it: `['tenants', 0, 'flow']` → `tenants[0].flow`. */
export type ConfigPath = readonly (string | number)[];

/** @see ConfigPath */
export function formatPath(path: ConfigPath): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`))
    .join('');
}

/** Where everything that is wrong is gathered while a configuration is read. */
export class IssueList {
  private readonly found: ConfigurationIssue[] = [];

  add(path: ConfigPath, message: string): void {
    this.found.push({ path: formatPath(path), message });
  }

  /** For a second look at a value: says nothing about a place that something is known to be wrong with already. */
  addUnlessKnown(path: ConfigPath, message: string): void {
    const place = formatPath(path);
    if (!this.found.some((issue) => issue.path === place)) this.add(path, message);
  }

  get isEmpty(): boolean {
    return this.found.length === 0;
  }

  /** All that was added, as the error to throw. */
  toError(): ConfigurationError {
    return new ConfigurationError(this.found);
  }
}
