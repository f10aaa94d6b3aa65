export { createStripeDouble, type StripeDouble, type StripeDoubleOptions } from './double';
export type { StripeEvent } from './events';
export type { Fault } from './faults';
export { type StripeServer, startStripeServer } from './server';
