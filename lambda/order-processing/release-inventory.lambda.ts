/** Gives back the stock that this execution holds, if any, and bars a late reservation of the same execution. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { OrderLine } from '../../contracts/types';
import { clientConfig } from '../shared/aws';
import { CompensationFailed, TemporaryFailure } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { createReservations, type Reservation, type Reservations } from './reservations';

interface Dependencies {
  reservations: Reservations;
  /** Waits before the next try, a little longer each time. */
  pause: (round: number) => Promise<void>;
}

interface Payload {
  orderId: string;
  items: OrderLine[];
  execution: string;
}

/** Other orders hold an item for milliseconds only, so trying again here costs less than a retry of the state. */
const MAX_ROUNDS = 6;

/**
 * `released` says whether this call gave stock back. It is false when nothing was held or an earlier call gave it back.
 *
 * @throws CompensationFailed, whatever the cause.
 */
export const createReleaseInventory = ({ reservations, pause }: Dependencies) => {
  return async ({ orderId, items, execution }: Payload): Promise<{ released: boolean }> => {
    try {
      for (let round = 1; ; round++) {
        const released = await attempt({ orderId, execution }, items, round);
        if (released !== undefined) return { released };
        await pause(round);
      }
    } catch (error) {
      throw new CompensationFailed(`Releasing the stock of ${execution}`, error);
    }
  };

  /** Returns undefined when somebody else was writing and another try is needed. */
  async function attempt(
    reservation: Reservation,
    items: OrderLine[],
    round: number,
  ): Promise<boolean | undefined> {
    try {
      const isHeld = await reservations.isHeld(reservation);
      const done = isHeld
        ? await reservations.release(reservation, items)
        : await reservations.bar(reservation);
      if (done) return isHeld;
      if (round === MAX_ROUNDS) throw new TemporaryFailure('the reservation changes all the time');
    } catch (error) {
      if (!(error instanceof TemporaryFailure) || round === MAX_ROUNDS) throw error;
    }
    return undefined;
  }
};

export const handler = lambdaHandler(
  () =>
    createReleaseInventory({
      reservations: createReservations({
        dynamodb: new DynamoDBClient(clientConfig),
        reservationsTable: environment('RESERVATIONS_TABLE'),
        inventoryTable: environment('INVENTORY_TABLE'),
      }),
      // Up to 1.5 s in total, with full jitter, so that colliding writers do not collide again.
      pause: (round) => sleep(Math.random() * 100 * round),
    }),
  ({ orderId, execution }: Payload) => ({ orderId, execution }),
);
