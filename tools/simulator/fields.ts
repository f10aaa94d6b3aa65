// Reads the fields of an object in a definition. `load` has checked the definition against the language before, so only
// what the simulator does not support is refused here. Errors name the state and the field.

import { type Template, template } from './expressions';

/** The definition cannot run. The message names state and field. */
export class DefinitionError extends Error {}

export class Fields {
  private readonly fields: Record<string, unknown>;

  constructor(
    value: unknown,
    /** E.g. `state 'ChargeCard'`. */
    readonly where: string,
    /** The path of these fields within their state, e.g. `Choices[0]/`. */
    private readonly path = '',
  ) {
    if (value === null || typeof value !== 'object') throw new DefinitionError(`${where} must be an object.`);
    this.fields = { ...value };
  }

  fail(problem: string): never {
    throw new DefinitionError(`${this.where} ${problem}.`);
  }

  get(name: string): unknown {
    return this.fields[name];
  }

  entries(): [string, unknown][] {
    return Object.entries(this.fields);
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.fail(`needs a string in '${name}'`);
  }

  optionalText(name: string): string | undefined {
    const value = this.fields[name];
    return typeof value === 'string' ? value : undefined;
  }

  number(name: string, fallback: number): number {
    const value = this.fields[name];
    return typeof value === 'number' ? value : fallback;
  }

  texts(name: string): string[] {
    return this.items(name).map(String);
  }

  object(name: string): Fields | undefined {
    return this.fields[name] === undefined ? undefined : this.inner(this.fields[name], name);
  }

  list(name: string): Fields[] {
    return this.items(name).map((item, index) => this.inner(item, `${name}[${index}]`));
  }

  template(name: string): Template | undefined {
    return this.fields[name] === undefined ? undefined : template(this.fields[name], this.path + name);
  }

  requiredTemplate(name: string): Template {
    return this.template(name) ?? this.fail(`needs the field '${name}'`);
  }

  private items(name: string): unknown[] {
    const value = this.fields[name];
    return Array.isArray(value) ? value : [];
  }

  private inner(value: unknown, name: string): Fields {
    return new Fields(value, `${this.where}, ${name},`, `${this.path}${name}/`);
  }
}
