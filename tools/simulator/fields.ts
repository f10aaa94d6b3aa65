// Reads and checks the fields of an object in a definition. Its errors name the state and the field.

import { type Template, template } from './expressions';

/** The definition cannot run. The message names state and field. */
export class DefinitionError extends Error {}

const jsonPathFields = new Set([
  'Parameters',
  'InputPath',
  'OutputPath',
  'ResultPath',
  'ResultSelector',
  'ItemsPath',
  'Result',
  'Variable',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ErrorPath',
  'CausePath',
]);

export class Fields {
  private readonly fields: Record<string, unknown>;

  constructor(
    value: unknown,
    /** E.g. `state 'ChargeCard'`. */
    readonly where: string,
    /** The path of these fields within their state, e.g. `Choices[0]/`. */
    private readonly path = '',
  ) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw new DefinitionError(`${where} must be an object.`);
    }
    this.fields = { ...value };
  }

  /** Refuses any other field: a typo or JSONPath would otherwise have no effect. */
  only(...names: string[]): void {
    for (const name of Object.keys(this.fields)) {
      if (names.includes(name)) continue;
      if (jsonPathFields.has(name) || name.endsWith('.$')) {
        this.fail(`uses the JSONPath field '${name}'; the simulator runs JSONata only`);
      }
      this.fail(`has the field '${name}', which is not supported there`);
    }
  }

  fail(problem: string): never {
    throw new DefinitionError(`${this.where} ${problem}.`);
  }

  get(name: string): unknown {
    return this.fields[name];
  }

  names(): string[] {
    return Object.keys(this.fields);
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.fail(`needs the field '${name}'`);
  }

  optionalText(name: string): string | undefined {
    const value = this.fields[name];
    if (value !== undefined && typeof value !== 'string') this.fail(`needs a string in '${name}'`);
    return value;
  }

  number(name: string, fallback: number): number {
    const value = this.fields[name] ?? fallback;
    if (typeof value !== 'number' || value < 0) this.fail(`needs a number that is not negative in '${name}'`);
    return value;
  }

  texts(name: string): string[] {
    const value = this.fields[name] ?? [];
    const isText = (item: unknown): item is string => typeof item === 'string';
    if (!Array.isArray(value) || !value.every(isText)) this.fail(`needs a list of strings in '${name}'`);
    return value;
  }

  object(name: string): Fields | undefined {
    return this.fields[name] === undefined ? undefined : this.inner(this.fields[name], name);
  }

  list(name: string): Fields[] {
    const value = this.fields[name] ?? [];
    if (!Array.isArray(value)) this.fail(`needs a list in '${name}'`);
    return value.map((item, index) => this.inner(item, `${name}[${index}]`));
  }

  private inner(value: unknown, name: string): Fields {
    return new Fields(value, `${this.where}, ${name},`, `${this.path}${name}/`);
  }

  template(name: string): Template | undefined {
    if (this.fields[name] === undefined) return undefined;
    try {
      return template(this.fields[name], this.path + name);
    } catch (thrown) {
      throw new DefinitionError(`${this.where}, ${thrown instanceof Error ? thrown.message : thrown}`);
    }
  }
}
