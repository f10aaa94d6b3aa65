// Evaluates common JSONata expressions synchronously. JSONata itself is many times slower, because it awaits every node.
// An expression with anything less common (other syntax, a wrong type, an error) is left to JSONata as a whole.

import { directFunctions, leave, need, operators, short, truth, uncommon } from './direct-operations';
import type { Scope } from './expressions';
import { maxDepth } from './limits';

/** A node of JSONata's syntax tree. */
interface Node {
  type: string;
  value?: unknown;
  steps?: Node[];
  expressions?: Node[];
  arguments?: Node[];
  procedure?: Node;
  lhs?: Node | (Node | Node[])[];
  rhs?: Node;
  condition?: Node;
  then?: Node;
  else?: Node;
  predicate?: Node[];
  stages?: Node[];
  expr?: Node;
}

/** Returns undefined for nothing, as JSONata does. Throws `uncommon` when JSONata must evaluate the expression. */
type Evaluate = (scope: Scope, context: unknown) => unknown;

/** Undefined when the tree has a node that is not common. */
export function directly(tree: Node): Evaluate | undefined {
  try {
    return compile(tree, 1);
  } catch (thrown) {
    if (thrown === uncommon) return undefined;
    throw thrown;
  }
}

/** The fields of each common type of node. Uncommon syntax (`[]`, `@`, `#`, `^`, grouping) adds others. */
const common: Record<string, string[]> = {
  string: [],
  number: [],
  value: [],
  variable: ['predicate'],
  name: ['stages'],
  path: ['steps'],
  unary: ['expressions', 'lhs'],
  binary: ['lhs', 'rhs'],
  condition: ['condition', 'then', 'else'],
  block: ['expressions'],
  function: ['arguments', 'procedure'],
};

function compile(node: Node, depth: number): Evaluate {
  const parts = common[node.type] ?? leave();
  const known = ['type', 'value', 'position', ...parts];
  if (Object.entries(node).some(([name, part]) => part !== undefined && !known.includes(name)))
    throw uncommon;
  if (depth > maxDepth) throw uncommon;
  const inner = (part: Node | undefined) => compile(need(part), depth + 1);
  switch (node.type) {
    case 'variable':
      return filtered(variable(String(node.value)), node.predicate);
    case 'name':
      return filtered(name(String(node.value)), node.stages);
    case 'path':
      return path(need(node.steps), inner);
    case 'unary':
      return node.value === '[' ? list(need(node.expressions), inner) : object(node, inner);
    case 'binary':
      return binary(node, inner);
    case 'condition':
      return condition(inner(node.condition), inner(node.then), node.else && inner(node.else));
    case 'block':
      return node.expressions?.length === 1 ? inner(node.expressions[0]) : leave();
    case 'function':
      return call(node, inner);
    default:
      return () => node.value;
  }
}

type Compile = (part: Node | undefined) => Evaluate;

function variable(name: string): Evaluate {
  if (name === '') return (_, context) => context;
  if (name === 'states') return ({ states }) => states;
  return ({ variables }) => (Object.hasOwn(variables, name) ? variables[name] : leave());
}

const name =
  (key: string): Evaluate =>
  (_, context) => {
    if (context === null || typeof context !== 'object') return undefined;
    if (Array.isArray(context)) throw uncommon;
    if (Object.hasOwn(context, key)) return Reflect.get(context, key);
    return key in context ? leave() : undefined;
  };

/** `[0]`, `[-1]`. */
function filtered(evaluate: Evaluate, filters: Node[] = []): Evaluate {
  return filters.reduce((value, { type, expr }) => {
    const index = type === 'filter' && expr?.type === 'number' ? expr.value : undefined;
    if (typeof index !== 'number') throw uncommon;
    return (scope, context) => {
      const list = value(scope, context);
      const item = (Array.isArray(list) ? list : [list]).at(Math.floor(index));
      return Array.isArray(item) ? leave() : item;
    };
  }, evaluate);
}

function path(nodes: Node[], inner: Compile): Evaluate {
  const steps = nodes.map((node, index) => {
    const { type, value } = node;
    if (index > 0 && type !== 'name' && !(type === 'unary' && value === '{')) throw uncommon;
    if (type === 'unary' && value === '[') throw uncommon;
    return inner(node);
  });
  return (scope, context) => {
    let value = context;
    for (const [index, step] of steps.entries()) {
      value = step(scope, value);
      if (value === undefined) return undefined;
      if (Array.isArray(value) && index < steps.length - 1) return each(value, steps.slice(index + 1), scope);
    }
    return value;
  };
}

/** The rest of a path, applied to each item of a list. Returns the results as one list, or a single result as it is. */
function each(list: unknown[], steps: Evaluate[], scope: Scope): unknown {
  let items = list;
  for (const [index, step] of steps.entries()) {
    const found = items.map((item) => step(scope, item)).filter((value) => value !== undefined);
    if (index === steps.length - 1 && found.length === 1 && Array.isArray(found[0])) return found[0];
    items = found.flat();
  }
  return items.length > 1 ? items : items[0];
}

function list(nodes: Node[], inner: Compile): Evaluate {
  const members = nodes.map((node) => ({ isList: node.value === '[', evaluate: inner(node) }));
  return (scope, context) => {
    const values = members.map(({ isList, evaluate }) => {
      const value = evaluate(scope, context);
      return value === undefined ? [] : isList ? [value] : value;
    });
    return short(values.flat());
  };
}

function object({ value, lhs }: Node, inner: Compile): Evaluate {
  if (value !== '{' || !Array.isArray(lhs)) throw uncommon;
  const members = lhs.map((pair) => {
    const [key, node] = Array.isArray(pair) ? pair : [];
    if (key?.type !== 'string' || key.value === '__proto__') throw uncommon;
    return { key: String(key.value), evaluate: inner(node) };
  });
  if (new Set(members.map(({ key }) => key)).size < members.length) throw uncommon;
  return (scope, context) => {
    const object: Record<string, unknown> = {};
    for (const { key, evaluate } of members) {
      const value = evaluate(scope, context);
      if (value !== undefined) object[key] = value;
    }
    return object;
  };
}

function binary({ value: operator, lhs, rhs }: Node, inner: Compile): Evaluate {
  const left = inner(Array.isArray(lhs) ? undefined : lhs);
  const right = inner(rhs);
  if (operator === 'and')
    return (scope, context) => truth(left(scope, context)) && truth(right(scope, context));
  if (operator === 'or')
    return (scope, context) => truth(left(scope, context)) || truth(right(scope, context));
  const operate = need(operators.get(operator));
  return (scope, context) => operate(left(scope, context), right(scope, context));
}

const condition =
  (test: Evaluate, then: Evaluate, otherwise: Evaluate | undefined): Evaluate =>
  (scope, context) =>
    truth(test(scope, context)) ? then(scope, context) : otherwise?.(scope, context);

function call({ procedure, arguments: nodes = [] }: Node, inner: Compile): Evaluate {
  const name = procedure?.type === 'variable' ? String(procedure.value) : '';
  const { arity, run } = need(directFunctions.get(name));
  if (!arity.includes(nodes.length)) throw uncommon;
  const values = nodes.map(inner);
  return (scope, context) => {
    if (Object.hasOwn(scope.variables, name)) throw uncommon;
    return run(...values.map((value) => value(scope, context)));
  };
}
