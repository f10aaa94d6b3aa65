/** Payment methods, as far as orders use them: https://docs.stripe.com/api/payment_methods */
import type { Customers } from './customers';
import { allowOnly, type Params, required, text } from './params';
import { invalidParameter, noSuch, notPossible } from './protocol';
import { approved, type CardOutcome, TEST_METHODS } from './test-methods';

interface PaymentMethod {
  outcome: CardOutcome;
  used: boolean;
  /** The customer with whom the card is saved. */
  customer: string | null;
}

/**
 * A `pm_card_…` is a template: each use of it creates a new method. Any other `pm_…` is taken for a method that the
 * shop's page made from a customer's card. It is approved, and can be used once unless it is attached to a customer.
 */
export class PaymentMethods {
  readonly #methods = new Map<string, PaymentMethod>();

  constructor(
    private readonly newId: (prefix: string) => string,
    private readonly customers: Customers,
  ) {}

  /** Saves the card with a customer: it can then be charged repeatedly, for that customer only. */
  attach(id: string, params: Params) {
    allowOnly(params, ['customer']);
    const { id: customer } = this.customers.existing(
      required(text(params, 'customer'), 'customer'),
      'customer',
    );
    const own = this.#existing(id);
    const method = this.#method(own);
    if (method.used) throw usedBefore();
    if (method.customer !== null) {
      throw notPossible('The payment method you provided has already been attached to a customer.');
    }
    method.customer = customer;
    return { id: own, object: 'payment_method', type: 'card', customer };
  }

  /** The id of the method, or of one created from the template `id`. Throws when `customer` may not pay with it. */
  resolve(id: string, customer: string | null): string {
    const own = this.#existing(id);
    const method = this.#method(own);
    if (method.used) throw usedBefore();
    checkOwner(method, own, customer);
    return own;
  }

  /** Charges the method. This uses it up, unless it is saved or its holder has yet to authenticate. */
  use(id: string, customer: string | null): CardOutcome {
    const method = this.#method(id);
    if (method.used) throw usedBefore();
    checkOwner(method, id, customer);
    if (method.outcome.kind !== 'needs_authentication') this.useUp(id);
    return method.outcome;
  }

  /** Marks a method as used, unless it is saved with a customer. */
  useUp(id: string): void {
    const method = this.#method(id);
    method.used = method.customer === null;
  }

  #existing(id: string): string {
    const template = TEST_METHODS[id];
    if (template) {
      const made = this.newId('pm');
      this.#methods.set(made, { outcome: template, used: false, customer: null });
      return made;
    }
    if (!/^pm_[A-Za-z0-9_]+$/.test(id) || id.startsWith('pm_card_')) {
      throw noSuch('PaymentMethod', id, 'payment_method');
    }
    if (!this.#methods.has(id)) this.#methods.set(id, { outcome: approved, used: false, customer: null });
    return id;
  }

  #method(id: string): PaymentMethod {
    const method = this.#methods.get(id);
    if (!method) throw noSuch('PaymentMethod', id, 'payment_method');
    return method;
  }
}

/** A saved card can be charged only with its customer named. */
function checkOwner({ customer: owner }: PaymentMethod, id: string, customer: string | null): void {
  if (owner === null || owner === customer) return;
  throw invalidParameter(
    'payment_method',
    customer === null
      ? 'The payment method you provided is attached to a customer so for security purposes you must provide the ' +
          'customer in the request.'
      : `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the ` +
          'customer.',
  );
}

const usedBefore = () =>
  notPossible(
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a ' +
      'connected account without Customer attachment, or was detached from a Customer. It may not be used again. ' +
      'To use a PaymentMethod multiple times, you must attach it to a Customer first.',
  );
