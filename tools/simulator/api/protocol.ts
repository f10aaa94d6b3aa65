// AWS JSON 1.0 of the Step Functions API: reads a request's members, writes responses and errors.

/** An error response; `name` is its `__type`. */
export class ApiError extends Error {
  override readonly name: string;

  constructor(
    name: string,
    message: string,
    readonly httpStatus = 400,
  ) {
    super(message);
    this.name = name;
  }
}

/** The members of a request, not yet checked. */
export type Request = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The request's members. Throws SerializationException when the body is not a JSON object. */
export function parseRequest(body: string): Request {
  let parsed: unknown;
  try {
    parsed = body === '' ? {} : JSON.parse(body);
  } catch {
    parsed = undefined;
  }
  if (!isRecord(parsed)) throw new ApiError('SerializationException', 'The request is not a JSON object.');
  return parsed;
}

const violates = (value: unknown, member: string, constraint: string) =>
  new ApiError(
    'ValidationException',
    `1 validation error detected: Value ${value === undefined ? 'null' : `'${String(value)}'`} at '${member}' failed to satisfy constraint: ${constraint}`,
  );

/** An optional string. `maxLength` is in characters, as in the service. */
export function optionalText(request: Request, member: string, maxLength = 1_048_576): string | undefined {
  const value = request[member] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string')
    throw new ApiError('SerializationException', `'${member}' must be a string.`);
  if (value.length > maxLength) {
    throw violates('…', member, `Member must have length less than or equal to ${maxLength}`);
  }
  return value;
}

/** A required string. */
export function text(request: Request, member: string, maxLength?: number): string {
  const value = optionalText(request, member, maxLength);
  if (value === undefined) throw violates(undefined, member, 'Member must not be null');
  return value;
}

/** One of the `allowed` values, or undefined when absent. */
export function optionalChoice<T extends string>(
  request: Request,
  member: string,
  allowed: readonly T[],
): T | undefined {
  const value = optionalText(request, member);
  const choice = allowed.find((candidate) => candidate === value);
  if (value !== undefined && choice === undefined) {
    throw violates(value, member, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
  }
  return choice;
}

export const flag = (request: Request, member: string, otherwise: boolean): boolean => {
  const value = request[member];
  return typeof value === 'boolean' ? value : otherwise;
};

/** `maxResults`: 1 to 1000; 0 or absent means 100. */
export function pageSize(request: Request): number {
  const value = request.maxResults ?? 0;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new ApiError('SerializationException', `'maxResults' must be an integer.`);
  }
  if (value < 0 || value > 1000) throw violates(value, 'maxResults', 'Member must be between 0 and 1000');
  return value === 0 ? 100 : value;
}

/** The JSON value of a response: dates become epoch seconds, undefined members are left out. */
export function toWire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toWire);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : [[key, toWire(member)]])),
  );
}
