/** Rules that hold of every workflow file: who may do what, what is run, in which order stages come. */

import { workflows } from '../../contracts/workflows';
import { shiftMinutes, stages } from '../../lib/stages';
import { scripts } from '../../package.json';
import { type Job, jobOf, jobs, type Step, sources, workflowFiles } from './files';

/** In the order of lib/stages.ts. */
const onAws = Object.keys(stages).filter((stage) => stage !== 'local');

const steps = jobs.flatMap(({ place, job }) => (job.steps ?? []).map((step) => ({ place, step })));
const placesOf = (wrong: readonly { place: string }[]) => wrong.map(({ place }) => place);
const usesAction = ({ uses = '' }: Step, action: string) => uses.startsWith(`${action}@`);
const takesRole = ({ steps: all = [] }: Job) =>
  all.some((step) => usesAction(step, 'aws-actions/configure-aws-credentials'));

test('there is something to look at', () => {
  expect(Object.keys(workflowFiles)).toEqual(
    expect.arrayContaining(['ci', 'deploy', 'deploy-stage', 'drift', 'rollback']),
  );
  expect(steps.length).toBeGreaterThan(20);
});

test('an action is pinned to a commit, with its version beside it; one action has one version', () => {
  const uses = Object.values(sources).flatMap((source) =>
    Array.from(source.matchAll(/uses: (?!\.\/)(.+)$/gm), ([, text = '']) => text),
  );
  expect(uses.filter((text) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(text))).toEqual([]);
  const versions = new Set(uses);
  const actions = new Set(uses.map((text) => text.split('@')[0]));
  expect(versions.size).toBe(actions.size);
});

test('a workflow has no rights, and a job those that it names', () => {
  for (const { permissions } of Object.values(workflowFiles)) expect(permissions).toEqual({});
  expect(placesOf(jobs.filter(({ job }) => !job.permissions))).toEqual([]);
  const writing = jobs.flatMap(({ place, job }) =>
    Object.entries(job.permissions ?? {})
      .filter(([, level]) => level !== 'read')
      .map(([right]) => `${place}: ${right}`),
  );
  expect(writing.sort()).toEqual(
    [
      'comment.yml, comment: pull-requests',
      ...onAws.map((stage) => `deploy.yml, ${stage}: id-token`),
      'deploy-stage.yml, deploy: id-token',
      'drift.yml, drift: id-token',
      'rollback.yml, deploy: id-token',
    ].sort(),
  );
});

test('where code of a pull request or of packages is run, there is no credential', () => {
  for (const { on } of Object.values(workflowFiles)) expect(on).not.toHaveProperty('pull_request_target');
  // What has run `npm ci` with scripts, synth or tests takes no role, and nothing but the checkout's token was there.
  const building = jobs.filter(({ job }) =>
    job.steps?.some(({ run = '' }) =>
      /\.ci\/run|npm ci(?! --ignore-scripts)|npm run (assembly|review|synth)/.test(run),
    ),
  );
  expect(building.length).toBeGreaterThan(1);
  for (const { job } of building) {
    expect(job.permissions).toEqual({ contents: 'read' });
    expect(takesRole(job)).toBe(false);
    expect(JSON.stringify(job)).not.toMatch(/secrets\.|github\.token/);
  }
  expect(Object.values(sources).join('\n')).not.toMatch(/\bsecrets\b/);
});

test('whoever comments on a pull request checks out nothing, and runs nothing of it', () => {
  for (const { job } of jobs.filter(({ place }) => place.startsWith('comment.yml'))) {
    for (const step of job.steps ?? []) {
      expect(step.uses ?? '').not.toMatch(/checkout|setup-node/);
      expect(step.run ?? '').not.toMatch(/\b(npm|npx|node|bash|source|eval)\b/);
    }
  }
});

test('packages are installed before there is a role', () => {
  for (const { place, job } of jobs.filter((each) => takesRole(each.job))) {
    const names = (job.steps ?? []).map((step) =>
      usesAction(step, 'aws-actions/configure-aws-credentials') ? 'role' : (step.run ?? ''),
    );
    const order = names.filter((name) => name === 'role' || name.startsWith('npm ci'));
    expect({ place, order }).toEqual({ place, order: ['npm ci --ignore-scripts', 'role'] });
  }
});

test('a script has no expression in it, which would be pasted into it as code', () => {
  expect(placesOf(steps.filter(({ step }) => step.run?.includes('${{')))).toEqual([]);
});

test('a checkout leaves no token behind', () => {
  const checkouts = steps.filter(({ step }) => usesAction(step, 'actions/checkout'));
  expect(checkouts.length).toBeGreaterThan(2);
  expect(placesOf(checkouts.filter(({ step }) => step.with?.['persist-credentials'] !== false))).toEqual([]);
});

test('npm scripts exist', () => {
  const named = steps.flatMap(({ step }) =>
    Array.from(step.run?.matchAll(/npm run ([\w:-]+)/g) ?? [], ([, name = '']) => name),
  );
  expect(named).toEqual(expect.arrayContaining(['assembly', 'drift', 'deploy', 'smoke']));
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test('a job that runs something ends by itself', () => {
  expect(placesOf(jobs.filter(({ job }) => !job.uses && !job['timeout-minutes']))).toEqual([]);
});

describe('deployments', () => {
  const deploying = jobs.filter(({ job }) => job.uses === './.github/workflows/deploy-stage.yml');
  const stage = jobOf('deploy-stage', 'deploy');
  const needs = (name: string) => [jobOf('deploy', name).needs ?? []].flat();

  test('go to every stage in the order of lib/stages.ts, each after the one before', () => {
    const order = deploying
      .filter(({ place }) => place.startsWith('deploy.yml'))
      .map(({ job }) => job.with?.stage);
    expect(order).toEqual(onAws);
    const [first = '', ...others] = onAws;
    expect(needs(first)).toEqual(['ci', 'assembly']);
    others.forEach((name, index) => {
      expect(needs(name)).toEqual([onAws[index]]);
    });
    expect(workflowFiles.deploy?.on).toEqual({ push: { branches: ['main'] } });
    expect(workflowFiles.rollback?.on).toMatchObject({
      workflow_dispatch: { inputs: { stage: { options: onAws } } },
    });
    expect(jobOf('drift', 'drift').strategy?.matrix.stage).toEqual(onAws);
  });

  test('bring the assembly that was made once, of the commit that they check out', () => {
    const step = (action: string, { steps: all = [] }: Job) => all.find((each) => usesAction(each, action));
    expect(step('actions/upload-artifact', jobOf('deploy', 'assembly'))?.with).toMatchObject({
      name: 'assembly-${{ github.sha }}',
      path: 'assembly',
    });
    expect(step('actions/download-artifact', stage)?.with).toMatchObject({
      name: 'assembly-${{ inputs.commit }}',
      path: 'assembly',
      'run-id': '${{ inputs.run }}',
    });
    expect(step('actions/checkout', stage)?.with).toMatchObject({ ref: '${{ inputs.commit }}' });
    for (const { job } of deploying) {
      expect(['${{ github.sha }}', '${{ inputs.commit }}']).toContain(job.with?.commit);
    }
    expect(JSON.stringify(stage)).not.toMatch(/npm run (assembly|synth)|cdk synth/);
  });

  test('wait for the stage’s environment, and for one another', () => {
    expect(stage.environment).toBe('${{ inputs.stage }}');
    expect(stage.concurrency).toEqual({ group: 'deploy-${{ inputs.stage }}', 'cancel-in-progress': false });
    // A group has one place to wait in: who comes there puts out who waits.
    const groups = jobs.flatMap(({ place, job }) =>
      job.concurrency ? [{ place, group: job.concurrency.group }] : [],
    );
    expect(new Set(groups.map(({ group }) => group)).size).toBe(groups.length);
  });

  test('have time for a release that shifts, in every stack that has workflows', () => {
    const stacks = new Set(Object.values(workflows).map(({ stack }) => stack)).size;
    const longest = Math.max(...Object.values(stages).map(({ release }) => shiftMinutes(release)));
    const minutes = stage['timeout-minutes'] ?? 0;
    // 45 minutes for all the rest.
    expect(minutes).toBeGreaterThanOrEqual(stacks * longest + 45);
    const role = stage.steps?.find((step) => usesAction(step, 'aws-actions/configure-aws-credentials'));
    expect(role?.with?.['role-duration-seconds']).toBe(minutes * 60);
  });
});
