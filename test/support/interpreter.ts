/**
 * Interprets a program without its data, to find what it can do: takes both branches of every condition, runs each loop
 * once, and calls every callback that is passed on. Literals (strings, objects, functions) keep their values; every
 * other value is `*`.
 */
import { parseSync } from '@swc/core';
import { joined, nothing, text, unknown } from './shapes';
import { anyValueOf, callOf, environment, type Value, withField } from './values';

/** Values that come from outside the program. */
export interface Outside {
  /** The value of an import from a package. */
  imported(module: string, name: string): Value;
  /** The value of an environment variable. */
  environment(name: string): Value;
}

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The values that a JavaScript module exports. */
export const exportsOf = (code: string, outside: Outside): Map<string, Value> => {
  const program: unknown = parseSync(code, { syntax: 'ecmascript', target: 'es2022' });
  const body = nodesOf(Object(program).body);
  const scope = new Scope(outside);
  for (const item of body) if (item.type === 'ImportDeclaration') scope.import(item);
  scope.run(body);
  const specifiers = body.flatMap((item) =>
    item.type === 'ExportNamedDeclaration' ? nodesOf(item.specifiers) : [],
  );
  return new Map(
    specifiers.map(({ orig, exported }) => [nameOf(exported ?? orig), scope.find(nameOf(orig))] as const),
  );
};

const isNode = (value: unknown): value is Node => typeof Object(value).type === 'string';
const nodesOf = (value: unknown): Node[] => [value].flat().filter(isNode);
const nameOf = (node: unknown): string => String(Object(node).value ?? Object(node).name ?? '');

/** The functions that are running, to stop at recursion. */
const running = new Set<unknown>();

class Scope {
  private readonly variables = new Map<string, Value>();
  readonly returned: Value[] = [];

  constructor(
    private readonly outside: Outside,
    private readonly outer?: Scope,
  ) {}

  import({ source, specifiers }: Node): void {
    for (const { type, local, imported } of nodesOf(specifiers)) {
      const name = type === 'ImportSpecifier' ? nameOf(imported ?? local) : 'default';
      this.declare(nameOf(local), this.outside.imported(nameOf(source), name));
    }
  }

  find(name: string): Value {
    return this.variables.get(name) ?? this.outer?.find(name) ?? unknown;
  }

  private declare(name: string, value: Value): void {
    this.variables.set(name, anyValueOf([this.variables.get(name) ?? nothing, value]));
  }

  private assign(name: string, value: Value): void {
    if (this.variables.has(name) || !this.outer) this.declare(name, value);
    else this.outer.assign(name, value);
  }

  /** Declares the functions of the statements, then runs the statements. */
  run(statements: readonly Node[]): void {
    for (const node of statements.map((each) => (isNode(each.declaration) ? each.declaration : each))) {
      if (node.type === 'FunctionDeclaration') this.declare(nameOf(node.identifier), this.functionOf(node));
    }
    for (const statement of statements) this.runOne(statement);
  }

  private runOne(node: Node): void {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'ImportDeclaration':
        return;
      case 'VariableDeclarator':
        this.bind(node.id, isNode(node.init) ? this.valueOf(node.init) : nothing);
        return;
      case 'ClassDeclaration':
        this.declare(nameOf(node.identifier), this.classOf(node));
        return;
      case 'ReturnStatement':
        if (isNode(node.argument)) this.returned.push(this.valueOf(node.argument));
        return;
      case 'ForOfStatement': {
        const [declaration = node.left] = nodesOf(Object(node.left).declarations);
        this.bind(Object(declaration).id ?? declaration, this.valueOf(node.right));
        this.runOne(Object(node.body));
        return;
      }
      case 'BlockStatement':
        this.run(nodesOf(node.stmts));
        return;
      default:
        if (/(Expression|Literal|Identifier)$/.test(node.type)) this.valueOf(node);
        else for (const part of Object.values(node).flatMap(nodesOf)) this.runOne(part);
    }
  }

  /** Assigns the parts of a value to the names in a pattern. */
  private bind(pattern: unknown, value: Value): void {
    const { type, properties, elements, left, right, argument } = Object(pattern);
    if (type === 'Identifier') this.declare(nameOf(pattern), value);
    if (type === 'RestElement') this.bind(argument, value);
    if (type === 'AssignmentPattern') this.bind(left, anyValueOf([value, this.valueOf(right)]));
    for (const element of nodesOf(elements)) this.bind(element, value);
    for (const property of nodesOf(properties)) {
      const { type: kind, key, value: inner } = property;
      if (kind === 'RestElement') this.bind(property.argument, value);
      else if (kind === 'KeyValuePatternProperty') this.bind(inner, this.member(value, nameOf(key)));
      else {
        const fallback = isNode(inner) ? [this.valueOf(inner)] : [];
        this.declare(nameOf(key), anyValueOf([this.member(value, nameOf(key)), ...fallback]));
      }
    }
  }

  private valueOf(node: unknown): Value {
    if (!isNode(node))
      return Array.isArray(node) ? anyValueOf(node.map((each) => this.valueOf(each))) : unknown;
    switch (node.type) {
      case 'Identifier':
        return this.find(nameOf(node));
      case 'ThisExpression':
        return this.find('this');
      case 'StringLiteral':
        return text(nameOf(node));
      case 'TemplateLiteral':
        return this.templateOf(node);
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return this.functionOf(node);
      case 'ClassExpression':
        return this.classOf(node);
      case 'ObjectExpression':
        return this.objectOf(nodesOf(node.properties));
      case 'ArrayExpression':
        return anyValueOf([node.elements].flat().map((element) => this.valueOf(Object(element).expression)));
      case 'MemberExpression':
        return this.memberOf(node);
      case 'CallExpression':
      case 'NewExpression':
        return this.calledBy(node);
      case 'AssignmentExpression':
        return this.assigned(node);
      case 'ConditionalExpression':
        this.valueOf(node.test);
        return anyValueOf([this.valueOf(node.consequent), this.valueOf(node.alternate)]);
      case 'BinaryExpression': {
        const [left, right] = [this.valueOf(node.left), this.valueOf(node.right)];
        if (node.operator === '+') return joined(left, right);
        return ['&&', '||', '??'].includes(String(node.operator)) ? anyValueOf([left, right]) : unknown;
      }
      case 'AwaitExpression':
        return this.valueOf(node.argument);
      case 'ParenthesisExpression':
        return this.valueOf(node.expression);
      case 'OptionalChainingExpression':
        return this.valueOf(node.base);
      default:
        return anyValueOf([
          unknown,
          ...Object.values(node)
            .flatMap(nodesOf)
            .map((part) => this.valueOf(part)),
        ]);
    }
  }

  private templateOf({ quasis, expressions }: Node): Value {
    const values = nodesOf(expressions).map((each) => this.valueOf(each));
    return nodesOf(quasis).reduce<Value>((before, quasi, index) => {
      const part = joined(before, text(String(quasi.cooked ?? '')));
      return joined(part, values[index] ?? text(''));
    }, text(''));
  }

  private objectOf(properties: readonly Node[]): Value {
    const parts = properties.map((property): Value => {
      const { type, key, value } = property;
      if (type === 'SpreadElement') return this.valueOf(property.arguments);
      if (type === 'Identifier') return withField(nameOf(property), this.valueOf(property));
      if (type === 'KeyValueProperty') return withField(nameOf(key), this.valueOf(value));
      return type === 'MethodProperty' ? withField(nameOf(key), this.functionOf(property)) : nothing;
    });
    return { ...anyValueOf(parts), texts: [] };
  }

  private memberOf({ object, property }: Node): Value {
    const { type, expression } = Object(property);
    const name = type === 'Computed' ? this.valueOf(expression).texts : [nameOf(property)];
    if (nameOf(object) === 'process' && nameOf(property) === 'env') return environment;
    const value = this.valueOf(object);
    return anyValueOf(name.map((each) => this.member(value, each)));
  }

  private member({ texts, fields, isEnvironment }: Value, name: string): Value {
    if (isEnvironment) return this.outside.environment(name);
    if (name === '*') return anyValueOf([unknown, ...Object.values(fields)]);
    const own = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return own ?? (texts.includes('*') ? unknown : nothing);
  }

  private calledBy({ callee, arguments: given }: Node): Value {
    const args = [given ?? []].flat().map((each) => this.valueOf(Object(each).expression));
    const { type, object, property } = Object(callee);
    if (type !== 'MemberExpression') return callOf(this.valueOf(callee), args);
    const receiver = this.valueOf(object);
    if (['push', 'unshift', 'add', 'set'].includes(nameOf(property))) {
      this.assign(nameOf(object), anyValueOf([receiver, ...args]));
    }
    return callOf(this.valueOf(callee), args, receiver);
  }

  private assigned({ left, right }: Node): Value {
    const value = this.valueOf(right);
    const { type, object, property } = Object(left);
    if (type === 'Identifier') this.assign(nameOf(left), value);
    else if (Object(object).type === 'ThisExpression') this.setOnThis(property, value);
    else if (/Pattern$/.test(type)) this.bind(left, value);
    return value;
  }

  private functionOf(node: object): Value {
    const { params, body } = Object(node);
    const call = (args: readonly Value[]): Value => {
      if (running.has(node)) return unknown;
      running.add(node);
      const scope = new Scope(this.outside, this);
      for (const [index, param] of nodesOf(params).entries()) {
        scope.bind(param.pat ?? param, args[index] ?? nothing);
      }
      const { stmts } = Object(body);
      if (stmts) scope.run(nodesOf(stmts));
      else scope.returned.push(scope.valueOf(body));
      running.delete(node);
      return anyValueOf(scope.returned);
    };
    return { ...nothing, functions: [call] };
  }

  /** A class: `new` runs its constructor and returns an object with its methods. */
  private classOf({ body }: Node): Value {
    const construct = (args: readonly Value[]): Value => {
      const scope = new Scope(this.outside, this);
      scope.declare('this', nothing);
      for (const { type, key, value, function: method, ...rest } of nodesOf(body)) {
        if (type === 'ClassMethod') scope.setOnThis(key, scope.functionOf(Object(method)));
        if (type === 'ClassProperty') scope.setOnThis(key, scope.valueOf(value));
        if (type === 'Constructor') callOf(scope.functionOf(Object(rest)), args);
      }
      return scope.find('this');
    };
    return { ...nothing, functions: [construct] };
  }

  private setOnThis(key: unknown, value: Value): void {
    this.assign('this', withField(nameOf(key), value));
  }
}
