// Carries what the Stripe double reports to a partner event bus, as Stripe's event destination for EventBridge does.

import type { StripeEvent } from '../doubles/stripe';
import { callMiniStack, callMiniStackLocal, type MiniStackOptions } from '../simulator/api/ministack';

/** A person does this on AWS: https://docs.stripe.com/event-destinations/eventbridge */
export async function createPartnerBus(ministack: MiniStackOptions, name: string): Promise<void> {
  const service = { signingName: 'events', target: 'AWSEvents.CreateEventBus', version: '1.1' } as const;
  await callMiniStack(ministack, service, { Name: name, EventSourceName: name });
}

/**
 * Returns a listener that puts events on the bus, whose name is their source. PutEvents refuses sources that begin with
 * `aws.`, hence the launcher's own question.
 * @param log gets a line for each event
 */
export const eventDestination =
  (ministack: MiniStackOptions, bus: string, log: (line: string) => void) =>
  (event: StripeEvent): void => {
    const entry = {
      EventBusName: bus,
      Source: bus,
      DetailType: event.type,
      Detail: JSON.stringify(event),
    };
    callMiniStackLocal(ministack, 'events', { Entries: [entry] }).then(
      ({ FailedEntryCount, Entries }) =>
        log(`${event.id} ${event.type}: ${FailedEntryCount === 0 ? 'on the bus' : JSON.stringify(Entries)}`),
      (error: unknown) => log(`${event.id} ${event.type}: not on the bus: ${error}`),
    );
  };
