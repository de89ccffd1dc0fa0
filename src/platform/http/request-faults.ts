import type { FieldFault } from '../../base/failure.ts';
import { Failure } from '../../base/failure.ts';

/** What zod (or any Standard Schema) says is wrong; zod's own issues carry more than the standard names. */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

/** An answer stays readable, however much is wrong. */
const faultsMaximum = 50;

/**
 * The refusal of a request that breaks its schema: `request.invalid`, naming every field.
 * Field codes: `missing`, `unknown`, zod's own with dashes (`too-small`, `invalid-format`, …), or the `params.code` of
 * a rule of ours.
 */
export function requestFailure(issues: readonly Issue[]): Failure {
  const fields = issues.flatMap(faultsOf).slice(0, faultsMaximum);
  const named = fields.map(({ path }) => (path === '' ? 'the body' : path)).join(', ');
  return new Failure('invalid', 'request.invalid', `The request is wrong at ${named}`, { fields });
}

function faultsOf(issue: Issue): FieldFault[] {
  const path = (issue.path ?? [])
    .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
    .join('.');
  if (issue.code === 'unrecognized_keys' && issue.keys !== undefined)
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      code: 'unknown',
      message: 'No such field',
    }));
  return [{ path, code: codeOfIssue(issue), message: issue.message }];
}

function codeOfIssue(issue: Issue): string {
  if (typeof issue.params?.code === 'string') return issue.params.code;
  if (issue.message.endsWith('received undefined')) return 'missing';
  return (issue.code ?? 'invalid').replaceAll('_', '-');
}
