import { UserError, type Verdict } from '@mlops-actions/action-kit';
import type { Severity } from '@mlops-actions/contract';

/** Results of another tool's tests, as evidence. */
export interface ToolResults {
  file: string;
  tool: 'dbt' | 'great-expectations';
  /** Version of the tool that wrote the file. */
  toolVersion: string;
  /** Every test that was to be made, and models that could not be built. */
  tests: readonly TestResult[];
}

export interface TestResult {
  name: string;
  outcome: 'pass' | 'fail' | 'skipped';
  severity: Severity;
  /** What the tool says of a failure. */
  message: string;
}

/** No test at all shows nothing; nor do tests that were all skipped. */
export function toolVerdict({ tests }: ToolResults, warnings: boolean): Verdict {
  if (tests.some(({ outcome, severity }) => outcome === 'fail' && (warnings || severity === 'error'))) return 'fail';
  return tests.some(({ outcome }) => outcome !== 'skipped') ? 'pass' : 'inconclusive';
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads dbt's `run_results.json`, or a validation or checkpoint result of Great Expectations.
 *
 * @throws UserError if it is neither, of a version that is not known, or does not hold together
 */
export function parseResults(value: unknown, file: string): ToolResults {
  const root = object(value, file, 'the file');
  const meta = root['metadata'];
  if (isObject(meta) && typeof meta['dbt_schema_version'] === 'string') return parseDbt(root, meta, file);
  if ('success' in root || 'run_results' in root) return parseGreatExpectations(root, file);
  throw new UserError(`'${file}' is no result file that is known here.`, {
    fix: "dbt's target/run_results.json and validation results of Great Expectations are.",
  });
}

const DBT_SCHEMA = /^https:\/\/schemas\.getdbt\.com\/dbt\/run-results\/(v\d+)\.json$/;
const DBT_VERSIONS = ['v4', 'v5', 'v6'];

/** What a status of dbt says: of tests, of unit tests, of models and all else that is built. */
const DBT_STATUSES: ReadonlyMap<string, { outcome: TestResult['outcome']; severity: Severity }> = new Map([
  ['pass', { outcome: 'pass', severity: 'error' }],
  ['success', { outcome: 'pass', severity: 'error' }],
  ['fail', { outcome: 'fail', severity: 'error' }],
  ['error', { outcome: 'fail', severity: 'error' }],
  ['runtime error', { outcome: 'fail', severity: 'error' }],
  ['partial success', { outcome: 'fail', severity: 'error' }],
  ['warn', { outcome: 'fail', severity: 'warning' }],
  ['skipped', { outcome: 'skipped', severity: 'error' }],
  ['no-op', { outcome: 'skipped', severity: 'error' }],
]);

function parseDbt(root: Json, meta: Json, file: string): ToolResults {
  const schema = String(meta['dbt_schema_version']);
  const version = DBT_SCHEMA.exec(schema)?.[1];
  if (version === undefined || !DBT_VERSIONS.includes(version)) {
    throw new UserError(`'${file}' follows ${schema}, which is not known here.`, {
      fix: `dbt's run results ${DBT_VERSIONS.join(', ')} are; other artefacts of dbt hold no test results.`,
    });
  }
  const tests = list(root['results'], file, 'results').flatMap((item, index): TestResult[] => {
    const result = object(item, file, `results[${index}]`);
    const name = text(result['unique_id'], file, `results[${index}].unique_id`);
    const status = text(result['status'], file, `results[${index}].status`);
    const known = DBT_STATUSES.get(status);
    if (known === undefined) {
      throw new UserError(`'${file}': the status '${status}' of ${name} is not known.`, {
        fix: `Known are ${[...DBT_STATUSES.keys()].join(', ')}.`,
      });
    }
    // Models are no tests: that they were built proves nothing, that one was not does.
    if (!isDbtTest(name) && known.outcome !== 'fail') return [];
    const message = result['message'];
    return [{ name, ...known, message: typeof message === 'string' ? shortened(message) : '' }];
  });
  return { file, tool: 'dbt', toolVersion: textOr(meta['dbt_version'], 'unknown'), tests };
}

/** The first line: what follows is SQL, which may hold values. */
const shortened = (message: string): string => message.split('\n', 1)[0]!.slice(0, 200);

const isDbtTest = (id: string): boolean => id.startsWith('test.') || id.startsWith('unit_test.');

/**
 * Great Expectations writes the result of one suite (`results`, or `expectations` in the short form of a checkpoint), or of a checkpoint:
 * `validation_results` since 1.0, `run_results` before.
 */
function parseGreatExpectations(root: Json, file: string): ToolResults {
  const suites = suitesOf(root, file);
  const versions = [root, ...suites].map((suite) => (isObject(suite['meta']) ? suite['meta'] : {}));
  const toolVersion = versions
    .map((meta) => textOr(meta['great_expectations_version'], ''))
    .find((found) => found !== '');
  if (toolVersion !== undefined && !/^[01]\./.test(toolVersion)) {
    throw new UserError(`'${file}' was written by Great Expectations ${toolVersion}, which is not known here.`, {
      fix: 'Results of versions 0 and 1 are.',
    });
  }
  const tests = suites.flatMap((suite, index) => testsOfSuite(suite, file, index));
  const success = root['success'];
  if (typeof success !== 'boolean') throw new UserError(`'${file}' does not say whether it was a success.`);
  if (!success && tests.every(({ outcome }) => outcome !== 'fail')) {
    throw new UserError(`'${file}' says that it failed, and names no failed expectation.`);
  }
  return { file, tool: 'great-expectations', toolVersion: toolVersion ?? 'unknown', tests };
}

function suitesOf(root: Json, file: string): Json[] {
  if (isObject(root['run_results'])) {
    return Object.values(root['run_results']).map((run, index) =>
      object(
        object(run, file, `run_results[${index}]`)['validation_result'],
        file,
        `run_results[${index}].validation_result`,
      ),
    );
  }
  if (Array.isArray(root['validation_results'])) {
    return root['validation_results'].map((suite, index) => object(suite, file, `validation_results[${index}]`));
  }
  return [root];
}

function testsOfSuite(suite: Json, file: string, suiteIndex: number): TestResult[] {
  const key = 'results' in suite ? 'results' : 'expectations';
  const tests = list(suite[key], file, key).map((item, index): TestResult => {
    const place = `${key}[${index}]`;
    const result = object(item, file, place);
    const config = isObject(result['expectation_config']) ? result['expectation_config'] : result;
    const kind = textOr(config['type'], textOr(config['expectation_type'], ''));
    if (kind === '') throw new UserError(`'${file}': ${place} does not name its expectation.`);
    const { success } = result;
    if (typeof success !== 'boolean') throw new UserError(`'${file}': ${place}.success must be true or false.`);
    const kwargs = isObject(config['kwargs']) ? config['kwargs'] : {};
    const columns = [kwargs['column'], kwargs['column_A'], kwargs['column_B']].filter(
      (name) => typeof name === 'string',
    );
    return {
      name: [kind, ...columns].join(' '),
      outcome: success ? 'pass' : 'fail',
      severity: severityOf(config),
      message: success ? '' : messageOfFailure(result),
    };
  });
  const evaluated = isObject(suite['statistics']) ? suite['statistics']['evaluated_expectations'] : undefined;
  if (typeof evaluated === 'number' && evaluated !== tests.length) {
    throw new UserError(`'${file}' speaks of ${evaluated} expectations and holds ${tests.length} results.`, {
      fix: 'Keep the whole result (result_format and only_return_failures as they are by default).',
    });
  }
  if (suite['success'] === false && tests.every(({ outcome }) => outcome === 'pass')) {
    throw new UserError(`'${file}': suite ${suiteIndex + 1} says that it failed, and names no failed expectation.`);
  }
  return tests;
}

/** Since 1.5 an expectation has a severity, `critical` unless said otherwise; before, teams wrote one into its `meta`. */
function severityOf(config: Json): Severity {
  const meta = isObject(config['meta']) ? config['meta'] : {};
  const word = textOr(config['severity'], textOr(meta['severity'], 'critical'));
  return word === 'warning' || word === 'info' ? 'warning' : 'error';
}

/** Counts only: examples of unexpected values are data. */
function messageOfFailure(result: Json): string {
  const exception = isObject(result['exception_info']) ? result['exception_info'] : {};
  // Either one exception, or several by the metric that raised them.
  const raised = [exception, ...Object.values(exception).filter(isObject)];
  if (raised.some((one) => one['raised_exception'] === true)) return 'it raised an exception';
  const found = isObject(result['result']) ? result['result'] : {};
  const { unexpected_count: unexpected, element_count: elements, observed_value: observed } = found;
  if (typeof unexpected === 'number' && typeof elements === 'number') return `${unexpected} of ${elements} unexpected`;
  return typeof observed === 'number' ? `observed ${observed}` : '';
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function object(value: unknown, file: string, place: string): Json {
  if (isObject(value)) return value;
  throw new UserError(`'${file}': ${place} must be an object.`);
}

function list(value: unknown, file: string, place: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new UserError(`'${file}': ${place} must be a list.`);
}

function text(value: unknown, file: string, place: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new UserError(`'${file}': ${place} must be a text.`);
}

const textOr = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);
