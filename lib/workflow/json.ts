/** A value from JSON.parse whose shape is not known. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export const isObject = (json: unknown): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** Returns the objects in a list, and none when the value is not a list. */
export const objectsIn = (json: Json | undefined): readonly JsonObject[] =>
  Array.isArray(json) ? json.filter(isObject) : [];
