/** Runs one plan, and says what is wrong afterwards. */
import type { Execution } from '../simulator/types';
import { type Plan, parsePlan, type Strike } from './plan';
import { type Attempt, outcomeOf, type Scenario, type Site, type Violation } from './site';
import { Striker } from './striker';

export interface Report {
  plan: Plan;
  violations: Violation[];
  /** Strikes of the plan that never came to strike. */
  missed: readonly string[];
  /** Of the execution that is struck. */
  redrives: number;
  /** How often each place was called before the last attempt. */
  places: ReadonlyMap<string, number>;
  /** In the order of their start. */
  attempts: readonly Attempt[];
  /** All executions, nested ones too. */
  executions: readonly Execution[];
}

const HOUR = 3600;
const DAYS_91 = 91 * 86_400;
/** A function that was cut off runs on for as long as this, in seconds. */
const LONGEST_FUNCTION = 15 * 60;
/** Redrives until it counts as stuck for good. */
const MOST_REDRIVES = 4;
const ELSEWHERE = { account: '210987654321', region: 'eu-west-1' };

/** A plan of another scenario than the one that is given is run all the same. */
export async function runPlan(plan: Plan, scenario: Scenario): Promise<Report> {
  const striker = new Striker(plan.strikes, strikesOf(scenario));
  const { now } = Date;
  let site: Site | undefined;
  let violations: Violation[];
  let places: ReadonlyMap<string, number> = new Map();
  try {
    site = await scenario.open({ striker });
    const { clock } = site;
    // Powertools asks the machine for the time.
    Date.now = () => clock.now().getTime();
    violations = await new Story(plan, scenario, striker, site).tell();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    violations = [{ statement: 'A run comes to an end', detail }];
  } finally {
    Date.now = now;
  }
  const attempts = site?.attempts ?? [];
  const redrives = attempts.find(({ role }) => role === 'struck')?.execution.redriveCount ?? 0;
  places = striker.places;
  return {
    plan,
    violations,
    missed: striker.missed,
    redrives,
    places,
    attempts,
    executions: site?.executions() ?? [],
  };
}

const strikesOf = ({ name, strikes }: Scenario): readonly Strike[] =>
  parsePlan([name, ...strikes].join(' | ')).strikes;

class Story {
  private readonly sites: Site[];
  /** What is part of the scenario happens there too. */
  private readonly elsewhere: Striker;
  private number = 1;

  constructor(
    private readonly plan: Plan,
    private readonly scenario: Scenario,
    private readonly striker: Striker,
    private readonly site: Site,
  ) {
    this.sites = [site];
    this.elsewhere = new Striker([], strikesOf(scenario));
    this.elsewhere.expire = () => striker.expire();
  }

  async tell(): Promise<Violation[]> {
    const { plan, striker, site } = this;
    const { clock } = site;
    if (plan.edge === 'elsewhere') await this.openElsewhere();
    this.number = site.attempts.length + 1;
    const first = site.start(this.number, 'struck', { '*': striker.state });
    striker.stop = () => {
      if (first.execution.status === 'RUNNING') first.execution.stop();
    };
    const others = this.sites
      .slice(1)
      .map((other) => other.start(this.number, 'elsewhere', { '*': this.elsewhere.state }));
    if (plan.edge === 'meanwhile') {
      await clock.advance(1);
      others.push(this.startNext('meanwhile'));
    }
    await this.attend(first);
    if (plan.edge === 'between' && !isOver(first)) others.push(this.startNext('between'));
    for (const other of others) await this.conclude(other);
    await this.conclude(first, plan.redriveAfter);
    striker.end();
    this.elsewhere.end();
    await clock.advance(LONGEST_FUNCTION);
    const violations = await this.violations();
    if (plan.edge === 'again') {
      await clock.advance(DAYS_91);
      await this.conclude(site.start(this.number, 'again'));
    }
    await this.conclude(this.startNext('last'));
    await clock.advance(LONGEST_FUNCTION);
    return merge([...violations, ...(await this.violations())]);
  }

  private startNext(role: Attempt['role']): Attempt {
    const taken = this.site.attempts.filter((attempt) => attempt.role !== 'again').length;
    return this.site.start(taken + 1, role);
  }

  private async openElsewhere(): Promise<void> {
    const { scenario, site } = this;
    const beside = { site, deployment: ELSEWHERE };
    this.sites.push(await scenario.open({ striker: this.elsewhere, beside }));
  }

  /** Redrives it, as the runbook has it, until it is done or undone. */
  private async conclude(attempt: Attempt, redriveAfter = 60): Promise<void> {
    const { execution } = attempt;
    const { clock } = this.site;
    await this.attend(attempt);
    while (!isOver(attempt) && execution.redriveCount < MOST_REDRIVES) {
      this.striker.heal();
      const due = (execution.stopDate?.getTime() ?? 0) + redriveAfter * 1000;
      await clock.advance(Math.max(0, due - clock.now().getTime()) / 1000);
      execution.redrive();
      await this.attend(attempt);
    }
  }

  /** Lets time pass until it has ended, while people do their part. */
  private async attend({ execution }: Attempt): Promise<void> {
    const { clock } = this.site;
    const busy = this.sites.flatMap(({ people }) => people ?? []);
    while (busy.length > 0 && execution.status === 'RUNNING') {
      await clock.advance(HOUR);
      for (const people of busy) await people();
    }
    await clock.run(execution.done());
  }

  private async violations(): Promise<Violation[]> {
    const found = [];
    for (const site of this.sites)
      found.push(...(await site.violations(site === this.site ? this.striker.hits : [])));
    return found;
  }
}

const isOver = (attempt: Attempt) => !['STUCK', 'ABORTED', 'TIMED_OUT'].includes(outcomeOf(attempt));

/** The last words on each statement. */
const merge = (violations: Violation[]) => [
  ...new Map(violations.map((each) => [each.statement, each])).values(),
];
