/**
 * What a release takes away from executions that run. They keep their definition, their role and the versions of
 * functions that they began with; policies, tables, queues, topics and what an alias leads to are today's
 * (docs/adr/0013-releases.md).
 */
import { isObject } from '../../lib/workflow/json';
import { allStatesOf } from '../../lib/workflow/language/machines';
import { afterFailure } from './after-failure';
import type { App, Resource } from './app';
import { type Machine, machinesOf, usersOf } from './machines';
import { type Facts, factsText, grouped, isAbout, type PermissionChanges } from './permissions';
import type { Loss, ResourceChanges } from './resources';

export interface RunningChange {
  readonly workflow: string;
  /** Where executions will fail, in sentences. */
  readonly breaks: readonly string[];
  /** What they meet that is new, in sentences. */
  readonly meets: readonly string[];
}

/** Keys of functions that differ. */
interface NewFunctions {
  readonly code: ReadonlySet<string>;
  readonly settings: ReadonlySet<string>;
}

export function runningChanges(
  before: App,
  after: App,
  { losses, abandoned }: ResourceChanges,
  permissions: PermissionChanges,
  news: NewFunctions,
): RunningChange[] {
  const lost = new Map(
    losses.filter(({ isPossible }) => !isPossible).map((loss) => [loss.resource.key, loss]),
  );
  // Executions in a stack that the app no longer deploys go on in it, untouched.
  const machines = machinesOf(before).filter(({ resource }) => !abandoned.includes(resource.stack));
  return machines.map((machine) => {
    const uses = usesOf(machine);
    return {
      workflow: machine.name,
      breaks: [
        ...lossOfItself(machine, lost),
        ...uses.flatMap((use) => [...lossOfTarget(use, lost), ...lossInEnvironment(use, lost)]),
        ...lossOfGrants(machine, uses, permissions, before, lost),
      ],
      meets: [...newFunctions(uses, news), ...uncounted(machine, before, after)],
    };
  });
}

/** What a placeholder of the old definition leads to, with the states that use it. */
interface Use {
  readonly states: readonly string[];
  readonly target: Resource;
  readonly by: 'version' | 'alias' | 'name';
  /** Where they go when that fails, in sentences. */
  readonly failing: string;
}

function usesOf({ definition, bindings }: Machine): Use[] {
  const states = allStatesOf(definition);
  return Object.entries(bindings).flatMap(([placeholder, { target, by }]) => {
    const users = usersOf(placeholder, states);
    if (!target || users.length === 0) return [];
    return [{ states: users, target, by, failing: afterFailure(definition, users) }];
  });
}

const at = (states: readonly string[]): string => `At ${states.map((state) => `\`${state}\``).join(', ')}:`;

const fate = ({ successor }: Loss): string => (successor ? 'replaced' : 'removed');

function lossOfItself({ resource }: Machine, lost: ReadonlyMap<string, Loss>): string[] {
  const own = lost.get(resource.key);
  if (own) return [`The state machine is ${fate(own)}: AWS ends its executions. Drain it first.`];
  return (resource.references.RoleArn ?? []).flatMap((key) => {
    const role = lost.get(key);
    return role
      ? [`The role ${role.resource.name} is ${fate(role)}: they keep the old one, and fail at each call.`]
      : [];
  });
}

/** What the definition names itself. */
function lossOfTarget({ states, target, failing }: Use, lost: ReadonlyMap<string, Loss>): string[] {
  const loss = lost.get(target.key);
  if (!loss) return [];
  const what = target.type === 'AWS::Lambda::Function' ? `${target.name} with all its versions` : target.name;
  return [`${at(states)} ${what} is ${fate(loss)}. ${consequence(loss)} ${failing}`];
}

/** Policies name the resource of today: they do not allow the old one any more. */
const consequence = ({ successor, stays }: Loss): string =>
  stays
    ? `They go on naming the old one, but ${successor ? 'policies allow only the new one' : 'no policy allows it any more'}: those calls fail.`
    : 'Those calls fail.';

/** What functions name: a version keeps the environment that it was published with, today's code has today's. */
const lossInEnvironment = ({ states, target, by, failing }: Use, lost: ReadonlyMap<string, Loss>): string[] =>
  [...new Set(lost.has(target.key) ? [] : target.references.Environment)].flatMap((key) => {
    const loss = lost.get(key);
    if (!loss) return [];
    const { resource, successor } = loss;
    if (by === 'version')
      return [
        `${at(states)} the version of ${target.name} that they began with keeps the old ${resource.name}, which is ${fate(loss)}. ${consequence(loss)} ${failing}`,
      ];
    return successor
      ? [
          `${at(states)} today's ${target.name} looks into the new, empty ${resource.name} for what was written into the old one.`,
        ]
      : [];
  });

/** Of the machine's role, and of the roles of functions that are called by a version. */
function lossOfGrants(
  machine: Machine,
  uses: readonly Use[],
  { narrower, wider, remains }: PermissionChanges,
  before: App,
  lost: ReadonlyMap<string, Loss>,
): string[] {
  const gone = [...lost.values()].map(({ resource }) => resource);
  // What goes itself is told already.
  const facts = narrower.filter(({ resource }) => !gone.some((each) => isAbout(resource, each)));
  const of = (resource: Resource, property: string) => {
    const role = before.resources.get(resource.references[property]?.[0] ?? '');
    return role && !lost.has(role.key) && !lost.has(resource.key)
      ? grouped(facts.filter(({ principal }) => principal === role.name))
      : [];
  };
  // A name and a pattern can mean the same resource, which no template says.
  const instead = ({ principal, actions }: Facts) => {
    const others = [...wider, ...remains].filter(
      (fact) => fact.principal === principal && actions.includes(fact.action),
    );
    return others.length === 0
      ? ''
      : ` What they may instead, ${grouped(others).map(factsText).join('; ')}: is it enough?`;
  };
  return [
    ...of(machine.resource, 'RoleArn').map((facts) => {
      const isNeeded = ({ target }: Use) => facts.resources.some((resource) => isAbout(resource, target));
      const states = [...new Set(uses.filter(isNeeded).flatMap((use) => use.states))];
      const [who, then] =
        states.length > 0
          ? [`${at(states)} they`, ` ${afterFailure(machine.definition, states)}`]
          : ['They', ''];
      return `${who} may no longer ${factsText(facts)}.${instead(facts) || then}`;
    }),
    ...uses
      .filter(({ by }) => by === 'version')
      .flatMap(({ target, states, failing }) =>
        of(target, 'Role').map(
          (facts) =>
            `${at(states)} the version of ${target.name} that they began with may no longer ${factsText(facts)}.${instead(facts) || ` ${failing}`}`,
        ),
      ),
  ];
}

/** Of functions that they call by an alias or by name. */
function newFunctions(uses: readonly Use[], news: NewFunctions): string[] {
  const groups = new Map<string, string[]>();
  for (const { by, target, states } of uses) {
    const what = [news.code.has(target.key) ? 'code' : '', news.settings.has(target.key) ? 'settings' : '']
      .filter((part) => part !== '')
      .join(' and ');
    if (by === 'version' || what === '') continue;
    const text = `new ${what}, as they call the function ${by === 'alias' ? 'by its alias' : 'without a version'}.`;
    groups.set(text, [...(groups.get(text) ?? []), ...states]);
  }
  return [...groups].map(([text, states]) => `${at(states)} ${text}`);
}

/** Outcomes are counted by the names of states. */
function uncounted({ definition, resource }: Machine, before: App, after: App): string[] {
  const logs = resource.references.LoggingConfiguration ?? [];
  const names = new Set(allStatesOf(definition).map(({ name }) => name));
  return [...before.resources.values()]
    .filter(
      ({ type, references }) =>
        type === 'AWS::Logs::MetricFilter' && references.LogGroupName?.some((key) => logs.includes(key)),
    )
    .flatMap((filter) => {
      const counted = countedBy(filter).filter((state) => names.has(state));
      const now = countedBy(after.resources.get(filter.key));
      return counted
        .filter((state) => !now.includes(state))
        .map((state) => `At \`${state}\`: ${metricOf(filter)} counts them no more.`);
    });
}

const countedBy = (filter: Resource | undefined): string[] =>
  Array.from(
    String(filter?.properties.FilterPattern).matchAll(/details\.name = "([^"]+)"/g),
    ([, name = '']) => name,
  );

const metricOf = ({ name, properties: { MetricTransformations } }: Resource): string => {
  const [first] = Array.isArray(MetricTransformations) ? MetricTransformations : [];
  return isObject(first) ? String(first.MetricName) : name;
};
