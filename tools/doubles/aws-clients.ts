/** Lets the integrations of Step Functions call the doubles, by service and operation, as they call AWS. */
import type { AwsClients } from '../simulator/integrations/aws';
import type { Failure } from './faults';

type Service = Parameters<AwsClients['call']>[0];

/** A double of an AWS service. */
interface ServiceDouble {
  /** `operation` in camel case. */
  call(operation: string, input: object): Promise<object>;
  has(operation: string): boolean;
  /** The error that the service's client throws for this failure. */
  failure(what: Failure, input: object): Error;
}

export type ServiceDoubles = Partial<Record<Service, ServiceDouble>>;

const $metadata = { httpStatusCode: 200, requestId: 'c0ffee00-84fd-11e6-80d9-574e0c4664cb' };

/**
 * Its calls throw for a service without a double.
 *
 * @param failure makes every call fail so. @default none fails
 */
export function doublesAsClients(doubles: ServiceDoubles, failure?: Failure): AwsClients {
  const doubleOf = (service: Service): ServiceDouble => {
    const double = doubles[service];
    if (!double) throw new Error(`No double for ${service}: give the world one.`);
    return double;
  };
  return {
    has: async (service, operation) => doubleOf(service).has(operation),
    call: async (service, operation, input) => {
      const double = doubleOf(service);
      if (failure) throw double.failure(failure, Object(input));
      return { ...(await double.call(operation, Object(input))), $metadata };
    },
  };
}
