/** What an execution uses and costs on the ways that it usually goes, measured in the world of the fault matrix. */
import { Deck } from '../matrix/deck';
import { parsePlan } from '../matrix/plan';
import type { Report } from '../matrix/run';
import { scenarios } from '../matrix/scenarios';
import type { Execution } from '../simulator/types';
import { LOGGED_BYTES, PRICES, runningOf, TRACED_PERCENT } from './prices';

export type Usage = Record<keyof typeof PRICES, number>;

interface Way {
  workflow: string;
  shows: string;
  /** A plan of the fault matrix. */
  plan: string;
}

const way = (workflow: string, shows: string, plan: string): Way => ({ workflow, shows, plan });

const WAYS: readonly Way[] = [
  way('order', 'ships', 'plain'),
  way('order', 'ships, paid on the shop’s page', 'confirmed'),
  way(
    'order',
    'meets others at a product five times, then ships',
    'plain | ReserveInventory #1-5 fails:conflict',
  ),
  way('order', 'is reviewed, then ships', 'approved'),
  way('order', 'is refused in its review', 'rejected'),
  way('order', 'is invalid', 'invalid'),
  way('order', 'is declined by the bank', 'declined'),
  way('order', 'is out of stock', 'out-of-stock'),
  way('order', 'has been shipped before', 'shipped-before'),
  way('order', 'cannot be shipped: undone', 'plain | CreateShipment #all fails:Error'),
  way(
    'order',
    'cannot be captured for an hour: undone',
    'plain | CapturePayment #all fails:TemporaryFailure',
  ),
  way('onboarding', 'becomes a customer', 'fresh'),
  way('onboarding', 'is invalid', 'bad-signup'),
  way('onboarding', 'is a customer already', 'live'),
  way('onboarding', 'cannot get a key: undone', 'no-key'),
  way('onboarding', 'Stripe’s answer is lost: undone', 'made-but-failed'),
  way('import', 'two orders, which cost as above besides', 'import'),
  way('reconcile', 'all matches', 'reconcile-matched'),
  way('reconcile', 'something differs', 'reconcile'),
];

export interface PathCost extends Way {
  /** As the matrix says it: SHIPPED, FAILED (undone), … */
  outcome: string;
  transitions: number;
  /** Calls of Stripe. */
  stripeCalls: number;
  /** Assumed. */
  functionSeconds: number;
  usage: Usage;
  dollars: number;
}

/** The same in every run. Takes some tenths of a second. */
export async function pathCosts(): Promise<PathCost[]> {
  const deck = new Deck(scenarios(), 1);
  const costs: PathCost[] = [];
  for (const each of WAYS) costs.push(costOf(each, await deck.run(parsePlan(each.plan))));
  return costs;
}

function costOf(each: Way, report: Report): PathCost {
  const broken = report.violations.map(({ statement, detail }) => `${statement}: ${detail}`);
  const problems = [...broken, ...report.missed.map((strike) => `${strike} never struck`)];
  if (problems.length > 0) throw new Error(`${each.plan}: ${problems.join('; ')}`);
  const struck = report.attempts.find(({ role }) => role === 'struck')?.execution;
  if (!struck) throw new Error(`${each.plan} struck no execution`);
  const executions = report.executions.filter(
    (one) => one === struck || one.name.startsWith(`${struck.name}-review-`),
  );
  const calls = executions.flatMap(callsOf);
  const usage = usageOf(executions, calls, report.places);
  const functions = calls.flatMap(({ functionName }) => functionName ?? []).map(runningOf);
  return {
    ...each,
    outcome: String(Object(struck.result?.output).outcome ?? struck.status),
    transitions: usage.transition,
    stripeCalls: placesLike(report.places, /^stripe:/) + calls.filter(isHttp).length,
    functionSeconds: functions.reduce((sum, { seconds }) => sum + seconds, 0),
    usage,
    dollars: priceOf(usage),
  };
}

export const priceOf = (usage: Usage): number =>
  Object.entries(PRICES).reduce(
    (sum, [name, { dollars }]) => sum + dollars * (usage[name as keyof Usage] ?? 0),
    0,
  );

interface Call {
  /** `lambda:invoke`, `aws-sdk:dynamodb:transactWriteItems`. */
  resource: string;
  arguments: Record<string, unknown>;
  functionName: string | undefined;
}

/** The calls that the states of an execution, and of a Map Run's children, made. */
const callsOf = (execution: Execution): Call[] => [
  ...execution.events.flatMap(({ taskScheduledEventDetails: details }) => {
    if (!details) return [];
    const given: Record<string, unknown> = JSON.parse(String(details.parameters));
    const functionName = /:function:([\w-]+)$/.exec(String(given.FunctionName))?.[1];
    return [{ resource: `${details.resourceType}:${details.resource}`, arguments: given, functionName }];
  }),
  ...childrenOf(execution).flatMap(callsOf),
];

const childrenOf = (execution: Execution): Execution[] =>
  execution.mapRuns.flatMap(({ children }) => children);

const isHttp = ({ resource }: Call): boolean => resource.startsWith('http:');

function usageOf(
  executions: readonly Execution[],
  calls: readonly Call[],
  places: ReadonlyMap<string, number>,
): Usage {
  const functions = calls.flatMap(({ functionName }) => functionName ?? []);
  const children = executions.flatMap(childrenOf);
  const like = (pattern: RegExp) => calls.filter(({ resource }) => pattern.test(resource)).length;
  const called = (pattern: RegExp) => placesLike(places, pattern);
  return {
    transition: executions.reduce((sum, { transitions }) => sum + transitions, 0),
    expressRequest: children.length,
    expressSecond: children.reduce((sum, child) => sum + secondsOf(child), 0),
    lambdaRequest: functions.length,
    lambdaGBSecond: functions
      .map(runningOf)
      .reduce((sum, { seconds, memoryMB }) => sum + (seconds * memoryMB) / 1024, 0),
    write:
      like(/dynamodb:(put|update|delete)Item$/) +
      2 * transactItems(calls) +
      called(/^dynamodb:(put|update|delete)Item/),
    read: like(/dynamodb:getItem$/) + called(/^dynamodb:(getItem|batchGetItem|query|scan)/),
    message: like(/sns:publish$/) + called(/^(sns:publish|sqs:sendMessage)/),
    httpTask: calls.filter(isHttp).length,
    email: called(/^ses:/),
    keyRequest: called(/^kms:/),
    logGB:
      (executions.reduce((sum, each) => sum + loggedBytes(each), 0) + LOGGED_BYTES * functions.length) / 1e9,
    trace: (executions.length * TRACED_PERCENT) / 100,
  };
}

const secondsOf = ({ startDate, stopDate }: Execution): number =>
  stopDate ? (stopDate.getTime() - startDate.getTime()) / 1000 : 0;

/** The actions of all transactions together. */
const transactItems = (calls: readonly Call[]): number =>
  calls.reduce(
    (sum, { arguments: { TransactItems: items } }) => sum + (Array.isArray(items) ? items.length : 0),
    0,
  );

const placesLike = (places: ReadonlyMap<string, number>, pattern: RegExp): number =>
  [...places].reduce((sum, [place, count]) => sum + (pattern.test(place) ? count : 0), 0);

/** Of the execution's events as they are logged without its data. */
const loggedBytes = ({ arn, events }: Execution): number =>
  events.reduce((sum, { id, previousEventId, timestamp, type, stateEnteredEventDetails: entered }) => {
    const line = {
      id: String(id),
      type,
      details: entered ? { name: entered.name } : {},
      redrive_count: '0',
      previous_event_id: String(previousEventId),
      event_timestamp: String(timestamp.getTime()),
      execution_arn: arn,
    };
    return sum + JSON.stringify(line).length;
  }, 0);
