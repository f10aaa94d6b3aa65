/**
 * A synthesized app as it is compared: its resources with their properties, in which every reference is written as the
 * name of the construct that it leads to. So logical ids, and exports from stack to stack, do not count as differences.
 */
import { isObject, type Json, type JsonObject } from '../../lib/workflow/json';

/** What `cdk synth` made of a stack. */
export interface StackTemplate {
  readonly template: JsonObject;
  /** The name under which it is deployed. */
  readonly stackName: string;
  readonly terminationProtection: boolean;
}

/** By the stack's id in the app. */
export type Assembly = Readonly<Record<string, StackTemplate>>;

export interface Resource {
  /** `OrderProcessing#Payments130453D3`: the same in both revisions unless the resource is another. */
  readonly key: string;
  readonly stack: string;
  readonly type: string;
  /** The construct's path: `OrderProcessing/ChargeCard`. */
  readonly name: string;
  /** With the policies for its deletion. */
  readonly properties: JsonObject;
  /** The keys of the resources that each property refers to, also in other stacks. */
  readonly references: Readonly<Record<string, readonly string[]>>;
  /** Whether it stays, unused, when the template no longer has it, or has another in its place. */
  readonly stays: { readonly removed: boolean; readonly replaced: boolean };
}

export interface Output {
  readonly stack: string;
  readonly name: string;
  readonly value: Json;
  /** The key of the resource that it is about. */
  readonly references: readonly string[];
  /** The name under which other stacks import it. */
  readonly exportName: string | undefined;
  /** The stacks that do. */
  readonly importedBy: readonly string[];
}

export interface App {
  readonly stacks: Assembly;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly outputs: readonly Output[];
}

export function appOf(stacks: Assembly): App {
  const names = new Map(
    Object.entries(stacks).flatMap(([stack, { template }]) =>
      entriesOf(template.Resources).map(([id, resource]) => [keyOf(stack, id), nameOf(stack, id, resource)]),
    ),
  );
  const exported = new Map<string, Exported>();
  const importers = new Map<string, Set<string>>();
  for (const [stack, { template, stackName }] of Object.entries(stacks)) {
    for (const [name, { Export, Value = null }] of entriesOf(template.Outputs)) {
      if (isObject(Export)) exported.set(textOf(Export.Name), { stack, value: Value });
      exported.set(outputKey(stackName, name), { stack, value: Value });
    }
    for (const name of importsIn(template))
      importers.set(name, (importers.get(name) ?? new Set()).add(stack));
  }
  const reader = new Reader(names, exported);

  const resources = Object.entries(stacks).flatMap(([stack, { template }]) =>
    entriesOf(template.Resources).map(([id, resource]): [string, Resource] => {
      const key = keyOf(stack, id);
      const { DeletionPolicy, UpdateReplacePolicy } = resource;
      const policies = { DeletionPolicy, UpdateReplacePolicy };
      const properties = [...entriesOf(resource.Properties, true), ...entriesOf(policies, true)];
      return [
        key,
        {
          key,
          stack,
          type: textOf(resource.Type),
          name: names.get(key) ?? id,
          properties: Object.fromEntries(
            properties.map(([name, value]) => [name, reader.read(stack, value)]),
          ),
          references: Object.fromEntries(
            properties.map(([name, value]) => [name, reader.references(stack, value)]),
          ),
          stays: {
            removed: keeps(DeletionPolicy),
            replaced: keeps(UpdateReplacePolicy),
          },
        },
      ];
    }),
  );
  const outputs = Object.entries(stacks).flatMap(([stack, { template }]) =>
    entriesOf(template.Outputs).map(([name, { Value = null, Export }]): Output => {
      const exportName = isObject(Export) ? textOf(Export.Name) : undefined;
      return {
        stack,
        name,
        value: reader.read(stack, Value),
        references: reader.references(stack, Value),
        exportName,
        importedBy: [...(importers.get(exportName ?? '') ?? [])],
      };
    }),
  );
  return { stacks, resources: new Map(resources), outputs };
}

/** The type's name without AWS: `DynamoDB::Table`. */
export const typeOf = ({ type }: Resource): string => type.replace(/^AWS::/, '');

/** A value for people: the names alone. */
export const shown = (text: string): string =>
  text.replace(/<([^<>]+?)(\.Arn)?>/g, '$1').replace(/arn:Partition:(\w+):(Region)?:(AccountId)?:/g, '$1: ');

const keyOf = (stack: string, id: string): string => `${stack}#${id}`;

const textOf = (json: Json | undefined): string => (typeof json === 'string' ? json : '');

const keeps = (policy: Json | undefined): boolean => /^(Retain|Snapshot)/.test(textOf(policy));

function entriesOf(json: Json | undefined): [string, JsonObject][];
function entriesOf(json: Json | undefined, all: true): [string, Json][];
function entriesOf(json: Json | undefined, all = false): [string, Json | undefined][] {
  return Object.entries(isObject(json) ? json : {}).filter(([, value]) =>
    all ? value !== undefined : isObject(value),
  );
}

/** Without what the CDK adds to a construct's path for the resource itself. A resource without a path has its id. */
function nameOf(stack: string, id: string, { Metadata }: JsonObject): string {
  const path = isObject(Metadata) ? textOf(Metadata['aws:cdk:path']) : '';
  return path === '' ? `${stack}/${id}` : path.replace(/\/(Resource|Default)$/, '');
}

function importsIn(json: Json | undefined): string[] {
  if (Array.isArray(json)) return json.flatMap(importsIn);
  if (!isObject(json)) return [];
  const name = json['Fn::ImportValue'];
  return typeof name === 'string' ? [name] : Object.values(json).flatMap(importsIn);
}

/** A value that other stacks read, and the stack that it is of. */
interface Exported {
  readonly stack: string;
  readonly value: Json;
}

const outputKey = (stackName: string, output: string): string => `${stackName} ${output}`;

/** Under which key an exported value is known: by its export, or by a stack's output (a weak reference). */
function exportKeyIn(intrinsic: string, value: Json): string | undefined {
  if (intrinsic === 'Fn::ImportValue') return textOf(value);
  return intrinsic === 'Fn::GetStackOutput' && isObject(value)
    ? outputKey(textOf(value.StackName), textOf(value.OutputName))
    : undefined;
}

/** Reads values with intrinsic functions in them. */
class Reader {
  constructor(
    private readonly names: ReadonlyMap<string, string>,
    private readonly exported: ReadonlyMap<string, Exported>,
  ) {}

  /** References become names in angle brackets: `<OrderProcessing/ChargeCard.Arn>:*`. */
  read(stack: string, json: Json | undefined): Json {
    if (Array.isArray(json)) return json.map((value) => this.read(stack, value));
    if (!isObject(json)) return json ?? null;
    const [[key, value] = ['', null], ...others] = Object.entries(json);
    if (others.length === 0) {
      const text = this.intrinsic(stack, key, value ?? null);
      if (text !== undefined) return text;
    }
    return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, this.read(stack, value)]));
  }

  private intrinsic(stack: string, name: string, value: Json): string | undefined {
    switch (name) {
      case 'Ref':
        return `<${this.named(stack, textOf(value))}>`;
      case 'Fn::GetAtt': {
        const [id = '', attribute = ''] = Array.isArray(value) ? value.map(textOf) : textOf(value).split('.');
        return `<${this.named(stack, id)}.${attribute}>`;
      }
      case 'Fn::ImportValue':
      case 'Fn::GetStackOutput': {
        const key = exportKeyIn(name, value) ?? '';
        const from = this.exported.get(key);
        const text = from && this.read(from.stack, from.value);
        return typeof text === 'string' ? text : `<import ${key}>`;
      }
      case 'Fn::Sub':
        return typeof value === 'string'
          ? value.replace(/\$\{([\w:.]+)\}/g, (_, id: string) => `<${this.named(stack, id)}>`)
          : undefined;
      case 'Fn::Join': {
        const [separator, parts] = Array.isArray(value) ? value : [];
        const texts = Array.isArray(parts) ? parts.map((part) => this.read(stack, part)) : [];
        return texts.every((text) => typeof text === 'string') ? texts.join(textOf(separator)) : undefined;
      }
      case 'Fn::Select': {
        const [index, list] = Array.isArray(value) ? value : [];
        const split = isObject(list) ? list['Fn::Split'] : undefined;
        if (!Array.isArray(split)) return undefined;
        const [separator, from] = split;
        const text = this.read(stack, from);
        return typeof text === 'string' ? `${text}.split(${textOf(separator)})[${index}]` : undefined;
      }
      default:
        return undefined;
    }
  }

  private named(stack: string, id: string): string {
    return this.names.get(keyOf(stack, id)) ?? id.replace(/^AWS::/, '');
  }

  references(stack: string, json: Json | undefined): string[] {
    if (Array.isArray(json)) return json.flatMap((value) => this.references(stack, value));
    if (!isObject(json)) return [];
    return Object.entries(json).flatMap(([name, value]) => {
      const [id] = Array.isArray(value) ? value.map(textOf) : [textOf(value)];
      const key = keyOf(stack, id ?? '');
      if ((name === 'Ref' || name === 'Fn::GetAtt') && this.names.has(key)) return [key];
      const from = this.exported.get(exportKeyIn(name, value ?? null) ?? '');
      return from ? this.references(from.stack, from.value) : this.references(stack, value);
    });
  }
}
