/** What AWS says of its resource types: which properties cannot change without a new resource, and which name one. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

/** Whether a changed property makes CloudFormation replace the resource; `maybe` depends on what else is changed. */
export type Replacement = 'yes' | 'maybe' | 'no';

export interface Spec {
  replacement(type: string, property: string): Replacement;
  /** Properties by which AWS knows the resource: no two resources have the same. */
  identifiers(type: string): readonly string[];
}

/** Loading takes a third of a second. Of a type that is not known, nothing is known to replace it. */
export function loadSpec(): Spec {
  const database = loadAwsServiceSpecSync();
  const of = (type: string) => database.lookup('resource', 'cloudFormationType', 'equals', type)[0];
  return {
    replacement: (type, property) => of(type)?.properties[property]?.causesReplacement ?? 'no',
    identifiers: (type) => of(type)?.primaryIdentifier ?? [],
  };
}
