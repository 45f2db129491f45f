import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rehearse } from '../src/index.ts';
import {
  conclusions,
  errors,
  job,
  output,
  rehearseFixture,
  removeFolders,
  shown,
  step,
  temporaryFolder,
  warnings,
} from './support.ts';

afterAll(removeFolders);

describe('contexts and expressions', () => {
  test('are what they are on GitHub', async () => {
    const result = await rehearseFixture('contexts');
    expect(result.jobs.flatMap((each) => errors(result, each.id))).toEqual([]);
    expect(conclusions(result)).toEqual({ produce: 'success', consume: 'success' });
    expect(job(result, 'produce').outputs).toEqual({ sum: '3false', level: 'step', json: '[\n  1,\n  2\n]' });
  });

  test.each([
    [{ number: 'three' }, 'The rehearsal: the input \'number\' must be a number, not "three".'],
    [{ flag: 'yes' }, 'The rehearsal: the input \'flag\' must be true or false, not "yes".'],
    [{ size: 'huge' }, 'The rehearsal: the input \'size\' must be one of small, large, not "huge".'],
    [{ txt: 'x' }, "The rehearsal: the workflow has no input 'txt'."],
  ])('inputs %j are refused', async (inputs, message) => {
    await expect(rehearseFixture('contexts', { inputs })).rejects.toThrow(message);
  });

  test('texts stand for booleans and numbers where a person gives them', async () => {
    const result = await rehearseFixture('contexts', { inputs: { number: '4', flag: 'true' }, jobs: ['produce'] });
    expect(job(result, 'produce').outputs['sum']).toBe('4true');
  });

  test('an event that the workflow does not run on is refused', async () => {
    await expect(rehearseFixture('contexts', { event: { name: 'push' } })).rejects.toThrow(
      "does not run on 'push', but on workflow_dispatch",
    );
  });
});

describe('conditions', () => {
  test('follow outcome, conclusion and the whole lineage of a job', async () => {
    const result = await rehearseFixture('conditions');
    expect(result.conclusion).toBe('failure');
    expect(conclusions(result)).toEqual({
      tolerant: 'tolerated',
      fails: 'failure',
      'after-tolerant': 'success',
      'skipped-after-failure': 'skipped',
      cleanup: 'success',
      'after-cleanup': 'skipped',
      alarm: 'success',
    });
    expect(job(result, 'fails').steps.map((each) => [each.name, each.outcome, each.conclusion])).toEqual([
      ['Set up job', 'success', 'success'],
      ['Run exit 7', 'failure', 'success'],
      ['sees outcome and conclusion', 'success', 'success'],
      ['breaks', 'failure', 'failure'],
      ['not after a failure', 'skipped', 'skipped'],
      ['in any case', 'success', 'success'],
      ['after a failure', 'success', 'success'],
      ['not when nothing is cancelled', 'skipped', 'skipped'],
      ['Complete job', 'success', 'success'],
    ]);
  });

  test('a cancelled run still does what is always() to be done', async () => {
    const cancel = new AbortController();
    const result = await rehearseFixture('limits', {
      jobs: ['job'],
      cancel: cancel.signal,
      onEvent: (event) => {
        if (event.type === 'log' && event.line.text === 'Run sleep 30') cancel.abort();
      },
    });
    expect(result.conclusion).toBe('cancelled');
    expect(step(result, 'job', 'Run sleep 30').outcome).toBe('cancelled');
    expect(step(result, 'job', 'Run true').outcome).toBe('skipped');
    expect(step(result, 'job', 'cleans up').outcome).toBe('success');
    expect(step(result, 'job', 'fails by itself').outcome).toBe('failure');
  });
});

describe('matrices', () => {
  test('multiply jobs, with include and exclude, also from the outputs of a job', async () => {
    const result = await rehearseFixture('matrix');
    expect(result.conclusion).toBe('success');
    expect(result.jobs.map((each) => each.name)).toEqual([
      'plan',
      'fixed (linux, 22, yes)',
      'fixed (linux, 24, yes)',
      'fixed (mac, 24)',
      'fixed (windows, 24)',
      'Judge champion',
      'Judge candidate',
      'after',
    ]);
    expect(output(result, 'fixed (linux, 24, yes)')).toContain('linux 24 yes 1 of 4 1');
    expect(output(result, 'fixed (windows, 24)')).toContain('windows 24  3 of 4 1');
  });

  test('a failure stops the others unless fail-fast is off or the failure is tolerated', async () => {
    const result = await rehearseFixture('fail-fast');
    expect(conclusions(result)).toEqual({
      'fast (1)': 'failure',
      'fast (2)': 'cancelled',
      'fast (3)': 'cancelled',
      'thorough (1)': 'failure',
      'thorough (2)': 'success',
      'thorough (3)': 'success',
      'tolerant (1)': 'tolerated',
      'tolerant (2)': 'success',
    });
  });
});

describe('reusable workflows', () => {
  test('take typed inputs and secrets, nest, multiply and answer outputs', async () => {
    const result = await rehearseFixture('call', { secrets: { KEY: 'the key of the caller', KEY2: 'not passed' } });
    expect(result.jobs.flatMap((each) => errors(result, each.id))).toEqual([]);
    expect(conclusions(result)).toEqual({
      first: 'success',
      release: 'success',
      'release/say': 'success',
      'release/nested': 'success',
      'release/nested/only': 'success',
      'elsewhere (a)': 'success',
      'elsewhere (a)/greet': 'success',
      'elsewhere (b)': 'success',
      'elsewhere (b)/greet': 'success',
      check: 'success',
    });
    // A job's output that holds a secret is dropped, as on GitHub.
    expect(job(result, 'release').outputs).toEqual({ said: 'hellohello loud=true', inner: 'inner of hello' });
    expect(warnings(result, 'release/say')).toEqual(["Skip output 'leaked' since it may contain secret."]);
    expect(job(result, 'release/nested/only')).toMatchObject({
      name: 'release / nested / only',
      parent: 'release/nested',
      permissions: 'contents: read, id-token: write',
    });
    expect(job(result, 'elsewhere (a)/greet').permissions).toBe('none');
  });

  test('a reusable workflow can be rehearsed by itself', async () => {
    const result = await rehearseFixture('called-inner', { inputs: { word: 'alone' } });
    expect(result.outputs).toEqual({ result: 'inner of alone' });
  });
});

describe('actions', () => {
  test('run pre, main and post with inputs and state; composites nest', async () => {
    const result = await rehearseFixture('actions', { jobs: ['stages'] });
    expect(errors(result, 'stages')).toEqual(['Process completed with exit code 3.']);
    expect(result.conclusion).toBe('success');
    expect(output(result, 'stages').filter((line) => / of (A|B|inner)|a stage/.test(line))).toEqual([
      'pre of A in acme/models',
      'pre of B in acme/models',
      'pre of inner-salt in acme/models',
      'main of A in acme/models',
      'main of B in acme/models',
      'a stage',
      'main of inner-salt in acme/models',
      'post of inner-salt in acme/models',
      'post of B in acme/models',
      'post of A in acme/models',
    ]);
    expect(output(result, 'stages')).toContain('outer variable: seen inside');
    expect(output(result, 'stages')).toContain('composite went well');
    expect(job(result, 'stages').outputs).toEqual({
      said: 'main A',
      joined: 'salt+main inner-salt',
      status: 'failure/success',
    });
    expect(warnings(result, 'stages')).toContain("Input 'old' is deprecated: use name");
    expect(warnings(result, 'stages')).toContain("Unexpected input(s) 'unknown', valid inputs are: name, run id, old.");
    expect(job(result, 'stages').steps.map((each) => each.name)).toContain('Post Stage A');
  });

  test('a composite action starts with success and sees its own failure', async () => {
    const result = await rehearseFixture('actions', { jobs: ['failing-composite'] });
    expect(output(result, 'failing-composite')).toContain('composite saw its failure');
    expect(output(result, 'failing-composite')).not.toContain('composite went well');
    expect(step(result, 'failing-composite', 'Run $/actions/composite').outcome).toBe('failure');
  });

  test('an action in the workspace is there after a checkout', async () => {
    const result = await rehearseFixture('actions', { jobs: ['local'] });
    expect(result.conclusion).toBe('success');
  });

  test.each([
    ['without-checkout', "'./actions/stages' does not exist in the job's workspace."],
    ['missing-input', "actions/stages/action.yml: the input 'name' is required."],
    ['unknown-action', "Nothing on this machine stands for the action 'someone/something/deep@v1'."],
    ['endless', 'Composite actions use each other more than 10 levels deep'],
    ['escaping-script', "The script '../../../../../package.json' of actions/escape/action.yml leaves its folder."],
    ['escaping-self', 'leaves its folder.'],
    ['escaping-workspace', 'leaves its folder'],
  ])('%s fails with a clear error', async (id, message) => {
    const result = await rehearseFixture('actions', { jobs: [id] });
    expect(result.conclusion).toBe('failure');
    expect(errors(result, id).join('\n')).toContain(message);
  });

  test('what is not there fails the job before its first step', async () => {
    const result = await rehearseFixture('actions', { jobs: ['unknown-action'] });
    expect(output(result, 'unknown-action')).not.toContain('never');
  });
});

describe('command files', () => {
  test('carry outputs, variables, path, state and summary, whatever the text', async () => {
    const result = await rehearseFixture('command-files', { jobs: ['good'] });
    expect(errors(result, 'good')).toEqual([]);
    expect(job(result, 'good').steps[1]!.summary).toBe('### Summary of the step\n');
  });

  test.each([
    ['unclosed', "the block of 'value' has no closing line 'EOF'"],
    ['nonsense', "invalid line 'just words'"],
    ['folder', 'Unable to process $GITHUB_OUTPUT: the file cannot be read (EISDIR).'],
  ])('%s fails the step', async (id, message) => {
    const result = await rehearseFixture('command-files', { jobs: [id] });
    expect(result.conclusion).toBe('failure');
    expect(errors(result, id).join('\n')).toContain(message);
  });

  test('NODE_OPTIONS cannot be set, a removed file sets nothing, and a summary that is too long is dropped', async () => {
    const result = await rehearseFixture('command-files', { jobs: ['node-options', 'removed', 'long-summary'] });
    expect(result.conclusion).toBe('success');
    expect(errors(result, 'node-options')).toEqual(['$GITHUB_ENV cannot set NODE_OPTIONS.']);
    expect(errors(result, 'long-summary').join('')).toContain('1075 KiB, more than the 1024 KiB');
    expect(job(result, 'long-summary').steps[1]!.summary).toBe('');
  });
});

describe('workflow commands', () => {
  test('annotate, group and debug; what is none stays text', async () => {
    const result = await rehearseFixture('commands', { jobs: ['notes'] });
    const { annotations, log } = job(result, 'notes').steps[1]!;
    expect(annotations).toEqual([
      {
        level: 'notice',
        message: 'All% well\nsecond line',
        title: 'Good: news',
        file: 'a,b.txt',
        line: 3,
        endLine: 4,
        column: 5,
      },
      { level: 'warning', message: 'indented' },
      { level: 'error', message: 'older form' },
      { level: 'error', message: 'from standard error' },
    ]);
    expect(log).toContainEqual({ kind: 'group', text: 'Details' });
    expect(log).toContainEqual({ kind: 'debug', text: 'quiet' });
    expect(log).toContainEqual({ kind: 'text', text: 'middle ::error::is text' });
    expect(log).toContainEqual({ kind: 'text', text: '::unknown::is text' });
    expect(log).toContainEqual({ kind: 'text', text: 'one line\u2028::error::of text' });
  });

  test('printed text sets no output, state or variable', async () => {
    const result = await rehearseFixture('commands', { jobs: ['injection', 'set-env'] });
    expect(job(result, 'injection').outputs).toEqual({});
    expect(warnings(result, 'injection').join()).toContain("'::set-output' has no effect");
    expect(errors(result, 'set-env').join()).toContain("'::set-env' is disabled");
    expect(conclusions(result)).toEqual({ injection: 'success', 'set-env': 'failure' });
  });

  test('stop until the token, which must not be one that anyone knows', async () => {
    const result = await rehearseFixture('commands', { jobs: ['stopped', 'weak-token'] });
    expect(errors(result, 'stopped')).toEqual([]);
    expect(output(result, 'stopped')).toContain('::error::shown as text');
    expect(job(result, 'stopped').steps[1]!.annotations).toEqual([{ level: 'notice', message: 'obeyed again' }]);
    expect(conclusions(result)['weak-token']).toBe('failure');
  });
});

describe('secrets', () => {
  const secrets = { PLAIN: 'correct-horse-battery', LINES: 'first line of key\nsecond line of key' };

  test('are hidden in all that is shown and stored', async () => {
    const outDir = await temporaryFolder();
    const { result, text } = await shown('masking', { secrets, outDir });
    expect(result.jobs.flatMap((each) => errors(result, each.id))).toEqual(['annotated ***']);
    const log = await readFile(job(result, 'show').logPath!, 'utf8');
    const stored = await readFile(path.join(outDir, 'run.json'), 'utf8');
    for (const place of [text, JSON.stringify(result), log, stored]) {
      expect(place).not.toContain('correct-horse-battery');
      expect(place).not.toContain('line of key');
      expect(place).not.toContain(Buffer.from('correct-horse-battery').toString('base64').slice(2, 20));
    }
    expect(log).toContain('plain: ***');
    expect(job(result, 'show').environment).toEqual({ name: 'qa', url: 'https://example.test/?k=is ***' });
  });

  test('never leave a job by its outputs, and a mask is of the job that made it', async () => {
    const result = await rehearseFixture('masking', { secrets });
    expect(job(result, 'show').outputs).toEqual({ safe: 'yes' });
    expect(output(result, 'show')).not.toContain('made-here-1');
    expect(warnings(result, 'show')).toContain('An empty text cannot be masked.');
    expect(output(result, 'other')).toContain('made-here-1 is no secret of this job');
  });
});

describe('limits', () => {
  test('of steps and jobs stop what runs, and what must follow follows', async () => {
    const result = await rehearseFixture('limits', { jobs: ['step', 'stubborn', 'job', 'after-job'] });
    expect(conclusions(result)).toEqual({
      step: 'failure',
      stubborn: 'failure',
      job: 'cancelled',
      'after-job': 'success',
    });
    expect(errors(result, 'step')).toContain('The step took more than 0.005 minutes.');
    expect(step(result, 'step', 'after it').outcome).toBe('success');
    expect(output(result, 'stubborn')).not.toContain('never');
    expect(errors(result, 'job')).toContain('The job took longer than its time limit.');
    expect(step(result, 'job', 'cleans up').outcome).toBe('success');
  });

  test("of a job's outputs fail the job", async () => {
    const result = await rehearseFixture('limits', { jobs: ['outputs'] });
    expect(conclusions(result)).toEqual({ outputs: 'failure' });
    expect(errors(result, 'outputs').join()).toContain('outputs take 1.1 MiB, more than the 1 MiB');
  });

  test('a process in the background lives as long as its job', async () => {
    const result = await rehearseFixture('limits', { jobs: ['background'] });
    expect(result.conclusion).toBe('success');
    const pid = Number(job(result, 'background').outputs['pid']);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

describe('artifacts', () => {
  test('go from job to job as their paths say', async () => {
    const result = await rehearseFixture('artifacts', { jobs: ['upload', 'download'] });
    expect(result.jobs.flatMap((each) => errors(result, each.id))).toEqual([]);
    expect(result.artifacts.map(({ name, files }) => [name, files])).toEqual([
      ['one', 3],
      ['two', 2],
      ['hidden', 1],
    ]);
    expect(`sha256:${job(result, 'upload').outputs['digest']}`).toBe(result.artifacts[0]!.digest);
    expect(warnings(result, 'upload').join()).toContain('No files were found with the path: nothing-here.');
  });

  test.each([
    ['traversal', 'The artifact name \'../../evil\' must not hold "/".'],
    ['dots', "'..' cannot be the name of an artifact."],
    ['nothing', 'No files were found with the path: *.none.'],
    ['twice', "An artifact named 'twice' was already uploaded in this run."],
    ['absent', "There is no artifact named 'absent' in this run; there is: none."],
  ])('%s fails with a clear error', async (id, message) => {
    const result = await rehearseFixture('artifacts', { jobs: [id] });
    expect(result.conclusion).toBe('failure');
    expect(errors(result, id).join('\n')).toContain(message);
  });
});

describe('stand-ins', () => {
  test('do the local part of foreign actions', async () => {
    const result = await rehearseFixture('stand-ins', { jobs: ['allowed'] });
    expect(errors(result, 'allowed')).toEqual([]);
    expect(warnings(result, 'allowed')).toEqual([`Node.js 18 was asked for; the rehearsal has ${process.version}.`]);
    expect(output(result, 'allowed')).toContain("On GitHub: uploads 2 results of 1 SARIF file as 'model'.");
    expect(result.attestations).toMatchObject([
      { job: 'allowed', predicateType: 'https://example.test/predicate/v1', subjects: [{ name: 'model.bin' }] },
    ]);
  });

  test.each([
    ['no-oidc', "needs the permission 'id-token: write', and the job has 'id-token: none'"],
    ['no-attestations', "needs the permission 'attestations: write'"],
    ['bad-sarif', 'scan.sarif is not SARIF 2.1.0'],
    ['outside', "The checkout path '../../elsewhere' is not in the job's workspace."],
    ['unknown-repository', "Nothing on this machine stands for the repository 'acme/unknown'."],
  ])('%s fails as the real one would', async (id, message) => {
    const result = await rehearseFixture('stand-ins', { jobs: [id] });
    expect(result.conclusion).toBe('failure');
    expect(errors(result, id).join('\n')).toContain(message);
  });

  test('checkout empties no folder that a link leads to', async () => {
    const result = await rehearseFixture('stand-ins', { jobs: ['link-outside'] });
    expect(errors(result, 'link-outside')).toEqual([
      "The checkout path 'source' leaves its folder through a symbolic link.",
    ]);
    expect(step(result, 'link-outside', 'nothing is lost').outcome).toBe('success');
  });

  test('checkout empties its folder first', async () => {
    const result = await rehearseFixture('stand-ins', { jobs: ['empties'] });
    expect(result.conclusion).toBe('success');
  });
});

test('a checkout leaves out what the run itself writes, and links stay links', async () => {
  const repository = await temporaryFolder();
  await mkdir(path.join(repository, '.github', 'workflows'), { recursive: true });
  await mkdir(path.join(repository, 'node_modules', 'x'), { recursive: true });
  await writeFile(path.join(repository, 'file.txt'), 'text');
  await symlink('file.txt', path.join(repository, 'link.txt'));
  const workflow = path.join(repository, '.github', 'workflows', 'x.yml');
  await writeFile(
    workflow,
    'on: push\njobs:\n  x:\n    runs-on: any\n    steps:\n      - uses: actions/checkout@v7\n      - run: test "$(ls | tr "\\n" " ")" = "file.txt link.txt " && test -L link.txt\n',
  );
  const result = await rehearse({ workflow, outDir: path.join(repository, 'out') });
  expect(errors(result, 'x')).toEqual([]);
});

describe('machine', () => {
  test('shells run as on the runner', async () => {
    const result = await rehearseFixture('shells');
    expect(conclusions(result)).toEqual({
      default: 'failure',
      bash: 'failure',
      others: 'success',
      unknown: 'failure',
      nowhere: 'failure',
    });
    expect(step(result, 'default', 'without pipefail').outcome).toBe('success');
    expect(step(result, 'default', 'stops at the first error').outcome).toBe('failure');
    expect(errors(result, 'unknown').join()).toContain("'node' is no shell that a rehearsal knows.");
    expect(errors(result, 'nowhere').join()).toContain("The working directory 'not-there' does not exist");
  });

  test('only what is passed on reaches a step, and every job starts with an empty workspace', async () => {
    process.env['REHEARSAL_TEST_LEAK'] = 'leaked';
    const result = await rehearseFixture('isolation', { env: { REHEARSAL_TEST_PASSED: 'passed' } });
    delete process.env['REHEARSAL_TEST_LEAK'];
    expect(result.jobs.flatMap((each) => errors(result, each.id))).toEqual([]);
    expect(result.conclusion).toBe('success');
  });

  test('environment, concurrency and permissions are shown', async () => {
    const result = await rehearseFixture('environment');
    expect(job(result, 'deploy')).toMatchObject({
      name: 'Deploy to main',
      environment: { name: 'main-qa', url: 'https://example.test/endpoint' },
      concurrency: 'deploy-main',
      permissions: 'contents: read, id-token: write',
    });
    expect(output(result, 'deploy')).toContain('Environment main-qa: on GitHub its protection rules apply here.');
  });

  test('jobs that need nothing of each other run side by side if there are slots', async () => {
    let running = 0;
    let most = 0;
    await rehearseFixture('fail-fast', {
      jobs: ['thorough'],
      concurrency: 3,
      onEvent: (event) => {
        if (event.type === 'job-started') most = Math.max(most, ++running);
        if (event.type === 'job-finished') running--;
      },
    });
    expect(most).toBe(3);
  });
});
