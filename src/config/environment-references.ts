import { type ConfigPath, type IssueList } from './configuration-error';

/** Environment variables by name; `process.env` in production. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `${NAME}` in a value; `$${` stands for a literal `${`. */
const REFERENCE = /\$(\$\{)|\$\{([^}]*)\}/g;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Replaces every `${NAME}` in the texts of a parsed document by the environment's value. Runs after parsing, so a value
 * can never change the document's structure; keys are left as they are.
 */
export function resolveReferences(document: unknown, environment: Environment, issues: IssueList): unknown {
  return resolveAt(document, [], { environment, issues });
}

interface Resolution {
  readonly environment: Environment;
  readonly issues: IssueList;
}

function resolveAt(value: unknown, path: ConfigPath, resolution: Resolution): unknown {
  if (typeof value === 'string') return resolveText(value, path, resolution);
  if (Array.isArray(value)) return value.map((element, index) => resolveAt(element, [...path, index], resolution));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, resolveAt(member, [...path, key], resolution)]),
    );
  }
  return value;
}

function resolveText(text: string, path: ConfigPath, { environment, issues }: Resolution): string {
  return text.replace(REFERENCE, (reference: string, escaped: string | undefined, name: string | undefined = '') => {
    if (escaped !== undefined) return escaped;
    if (!VARIABLE_NAME.test(name)) {
      issues.add(path, 'a reference must be written ${NAME}, with letters, digits and _ only');
      return reference;
    }
    const value = environment[name];
    if (value === undefined || value === '') {
      issues.add(path, `environment variable ${name} is ${value === undefined ? 'not set' : 'empty'}`);
      // The reference stands in for the value, so that no second error is told for the same place.
      return reference;
    }
    return value;
  });
}
