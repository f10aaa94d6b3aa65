// Draws a definition as a Mermaid flowchart, which GitHub renders.

import { isObject, type Json, type JsonObject, objectsIn } from '../../lib/workflow/json';

/** The most characters of a condition that an arrow shows. */
const longestLabel = 70;

/** What became of states, by name, and of ways from one to another. */
export interface Marks {
  readonly states: ReadonlyMap<string, 'added' | 'changed' | 'removed'>;
  readonly goneWays: readonly (readonly [from: string, to: string])[];
}

/**
 * @param text a definition in ASL, which may contain placeholders
 * @param marks colours its states, and draws ways that are gone @default none
 */
export function diagramOf(text: string, marks?: Marks): string {
  const definition: Json = JSON.parse(text);
  if (!isObject(definition)) throw new Error('A definition is a JSON object.');
  return [
    'flowchart TD',
    ...indented(['begin(( ))', `begin --> ${idOf(String(definition.StartAt))}`, ...statesOf(definition)]),
    ...indented(['classDef ends stroke-width:3px', 'classDef fails stroke:#c00,stroke-width:3px']),
    ...indented(marks ? marked(marks) : []),
    '',
  ].join('\n');
}

/** Colours that can be read on a light and on a dark page. */
const marked = ({ states, goneWays }: Marks): string[] => [
  ...goneWays.map(([from, to]) => `${idOf(from)} --x|"no more"| ${idOf(to)}`),
  ...[...states].map(([name, mark]) => `class ${idOf(name)} ${mark}`),
  'classDef added fill:#2da44e,color:#fff',
  'classDef changed fill:#bf8700,color:#fff',
  'classDef removed fill:#cf222e,color:#fff,stroke-dasharray:4',
];

/** The states of a definition, a branch or a Map's processor, each followed by its arrows. */
const statesOf = (scope: Json | undefined): string[] =>
  isObject(scope) && isObject(scope.States)
    ? Object.entries(scope.States).flatMap(([name, state]) =>
        isObject(state) ? [...node(name, state), ...arrows(name, state)] : [],
      )
    : [];

function node(name: string, state: JsonObject): string[] {
  const id = idOf(name);
  switch (state.Type) {
    case 'Parallel':
      return subgraph(
        id,
        `${name}: side by side`,
        objectsIn(state.Branches).flatMap((branch, index) =>
          subgraph(`${id}_${index + 1}`, ' ', statesOf(branch)),
        ),
        state.End === true,
      );
    case 'Map':
      return subgraph(
        id,
        `${name}: for each ${isObject(state.ItemBatcher) ? 'batch' : 'item'}`,
        statesOf(state.ItemProcessor),
        state.End === true,
      );
    case 'Choice':
      return [`${id}{${quoted(name)}}`];
    case 'Fail':
      return [`${id}[[${quoted(name)}]]:::fails`];
    case 'Succeed':
      return [`${id}([${quoted(name)}]):::ends`];
    default:
      return [`${id}[${quoted(name, workOf(state))}]${state.End === true ? ':::ends' : ''}`];
  }
}

/** The line below a state's name: the API that a task calls, or the state's type. */
const workOf = ({ Type, Resource }: JsonObject): string =>
  typeof Resource === 'string' ? Resource.replace(/^arn:aws:states:::/, '') : String(Type).toLowerCase();

const subgraph = (id: string, title: string, content: readonly string[], ends = false): string[] => [
  `subgraph ${id}[${quoted(title)}]`,
  ...indented(content),
  'end',
  ...(ends ? [`class ${id} ends`] : []),
];

interface Arrow {
  readonly to: string;
  readonly label?: string;
}

/** One arrow for each next state, labelled with all conditions or errors that lead there. */
function arrows(name: string, state: JsonObject): string[] {
  const usual: Arrow[] = [
    ...(typeof state.Next === 'string' ? [{ to: state.Next }] : []),
    ...objectsIn(state.Choices).map((rule) => ({ to: String(rule.Next), label: conditionOf(rule) })),
    ...(typeof state.Default === 'string' ? [{ to: state.Default, label: 'otherwise' }] : []),
  ];
  const onError = objectsIn(state.Catch).map((catcher, index) => ({
    to: String(catcher.Next),
    label: errorsOf(catcher, index === 0),
  }));
  return [...drawn(name, '-->', usual), ...drawn(name, '-.->', onError)];
}

const drawn = (from: string, line: string, all: readonly Arrow[]): string[] =>
  [...new Set(all.map(({ to }) => to))].map((target) => {
    const labels = all.flatMap(({ to, label }) => (to === target && label ? [label] : []));
    const why = labels.length > 0 ? `|${quoted(...labels)}|` : '';
    return `${idOf(from)} ${line}${why} ${idOf(target)}`;
  });

/** The condition without its braces; the rule's JSON if there is no JSONata condition. */
function conditionOf(rule: JsonObject): string {
  const condition = typeof rule.Condition === 'string' ? rule.Condition : JSON.stringify(rule);
  const bare = condition.replace(/^\{%\s*|\s*%\}$/g, '').replace(/\s+/g, ' ');
  return bare.length > longestLabel ? `${bare.slice(0, longestLabel - 1)}…` : bare;
}

function errorsOf({ ErrorEquals }: JsonObject, only: boolean): string {
  const errors = Array.isArray(ErrorEquals) ? ErrorEquals.map(String) : [];
  return errors
    .map((error) => error.replace(/^\$\{(\w+)\}$/, '$1'))
    .map((error) => (error === 'States.ALL' ? `any ${only ? '' : 'other '}error` : error))
    .join(', ');
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** An id of letters, digits and underscores, as Mermaid requires. Some words in lower case are reserved. */
const idOf = (name: string): string => {
  const plain = name.replace(/[^A-Za-z0-9]/g, (character) => `_${character.codePointAt(0)}_`);
  return /^[A-Z]/.test(plain) ? plain : `State_${plain}`;
};

/** A label of one or more lines. Escapes characters with a meaning in Mermaid, HTML or formulas. */
const quoted = (...lines: readonly string[]): string =>
  `"${lines.map((line) => line.replace(/["#<>&`]|\$(?=\$)/g, (character) => `#${character.codePointAt(0)};`)).join('<br/>')}"`;
