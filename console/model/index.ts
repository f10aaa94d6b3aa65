// What the server answers to the page: JSON. Times are milliseconds since 1970.

export type * from './comparison';
export type * from './definition';
export type * from './execution';
export type * from './health';
export type * from './list';
export type * from './map-run';
