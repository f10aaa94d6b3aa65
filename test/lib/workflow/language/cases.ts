/**
 * Definitions that AWS accepts, and definitions that AWS refuses, with the expected problem. Definitions that only our
 * rules refuse are in ../house-rules.test.ts.
 */
import type { Accepted, Refused } from './builders';
import * as expressions from './expression-cases';
import * as fields from './field-cases';
import * as scopes from './scope-cases';
import * as structure from './structure-cases';
import * as values from './value-cases';

export const accepted: Accepted = [
  ...expressions.accepted,
  ...values.accepted,
  ...scopes.accepted,
  ...structure.accepted,
];

export const refused: Refused = [
  ...expressions.refused,
  ...scopes.refused,
  ...structure.refused,
  ...fields.refused,
];
