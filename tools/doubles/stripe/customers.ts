/** Customers: https://docs.stripe.com/api/customers */
import { allowOnly, integer, metadata, type Params, text } from './params';
import { invalidParameter, noSuch } from './protocol';

export interface Customer {
  id: string;
  object: 'customer';
  created: number;
  description: string | null;
  email: string | null;
  livemode: false;
  metadata: Record<string, string>;
  name: string | null;
  phone: string | null;
}

export interface DeletedCustomer {
  id: string;
  object: 'customer';
  deleted: true;
}

export class Customers {
  readonly #customers = new Map<string, Customer | DeletedCustomer>();

  constructor(
    private readonly now: () => number,
    private readonly newId: (prefix: string) => string,
  ) {}

  create(params: Params): Customer {
    allowOnly(params, ['description', 'email', 'metadata', 'name', 'phone']);
    const email = text(params, 'email') ?? null;
    if (email !== null && !/^[^\s@]+@[^\s@]+$/.test(email)) {
      throw invalidParameter('email', `Invalid email address: ${email}`, 'email_invalid');
    }
    const customer: Customer = {
      id: this.newId('cus'),
      object: 'customer',
      created: Math.floor(this.now() / 1000),
      description: text(params, 'description') ?? null,
      email,
      livemode: false,
      metadata: metadata(params),
      name: text(params, 'name') ?? null,
      phone: text(params, 'phone') ?? null,
    };
    this.#customers.set(customer.id, customer);
    return customer;
  }

  /** A deleted customer is still there, as no more than its id. */
  retrieve(id: string): Customer | DeletedCustomer {
    const customer = this.#customers.get(id);
    if (!customer) throw noSuch('customer', id);
    return customer;
  }

  delete(id: string): DeletedCustomer {
    const customer = this.#customers.get(id);
    if (!customer || 'deleted' in customer) throw noSuch('customer', id);
    const deleted: DeletedCustomer = { id, object: 'customer', deleted: true };
    this.#customers.set(id, deleted);
    return deleted;
  }

  /** Newest first; the e-mail address must match to the letter. */
  list(params: Params) {
    allowOnly(params, ['email', 'limit', 'starting_after']);
    const email = text(params, 'email');
    const limit = integer(params, 'limit') ?? 10;
    if (limit < 1 || limit > 100) {
      throw invalidParameter('limit', 'This value must be from 1 to 100.', 'parameter_invalid_integer');
    }
    const all = this.all().reverse();
    const matching = email === undefined ? all : all.filter((customer) => customer.email === email);
    const after = text(params, 'starting_after');
    const start = after === undefined ? 0 : matching.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && start === 0) throw noSuch('customer', after, 'starting_after');
    const data = matching.slice(start, start + limit);
    return { object: 'list', url: '/v1/customers', has_more: start + limit < matching.length, data };
  }

  /** Those not deleted, oldest first. */
  all(): Customer[] {
    return [...this.#customers.values()].filter((customer) => 'created' in customer);
  }
}
