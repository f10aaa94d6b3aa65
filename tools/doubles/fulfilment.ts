/** A consumer of the fulfilment queue that follows docs/fulfilment-contract.md. */
import type { Address, OrderLine } from '../../contracts/types';
import type { FulfilmentMessage } from '../../lambda/order-processing/fulfilment';

export interface Shipment {
  orderId: string;
  execution: string;
  items: OrderLine[];
  address: Address;
}

export function createFulfilment() {
  const picked = new Map<string, Shipment>();
  const cancelled = new Set<string>();

  return {
    /** Receives a message's body. Messages may come repeatedly, late and in any order. */
    receive(body: string): void {
      const message: FulfilmentMessage = JSON.parse(body);
      switch (message.action) {
        case 'PICK': {
          const { action: _, ...shipment } = message;
          if (!picked.has(message.execution)) picked.set(message.execution, shipment);
          break;
        }
        case 'CANCEL':
          cancelled.add(message.execution);
          break;
        default:
          throw new Error(`Unknown action in ${body}`);
      }
    },
    /** What is shipped. */
    shipments: (): Shipment[] => [...picked.values()].filter(({ execution }) => !cancelled.has(execution)),
  };
}
