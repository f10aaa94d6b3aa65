/** Customers: https://docs.stripe.com/api/customers */
import { page } from './lists';
import { allowOnly, metadata, type Params, text } from './params';
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

  /** For a deleted customer returns its id only. */
  retrieve(id: string): Customer | DeletedCustomer {
    const customer = this.#customers.get(id);
    if (!customer) throw noSuch('customer', id);
    return customer;
  }

  /** @throws StripeRefusal 404 also for a deleted customer. */
  existing(id: string, param?: string): Customer {
    const customer = this.#customers.get(id);
    if (!customer || 'deleted' in customer) throw noSuch('customer', id, param);
    return customer;
  }

  delete(id: string): DeletedCustomer {
    this.existing(id);
    const deleted: DeletedCustomer = { id, object: 'customer', deleted: true };
    this.#customers.set(id, deleted);
    return deleted;
  }

  /** Newest first. The e-mail address is case-sensitive. */
  list(params: Params) {
    return page(this.all(), params, { url: '/v1/customers', object: 'customer', filters: ['email'] });
  }

  /** All but deleted customers, oldest first. */
  all(): Customer[] {
    return [...this.#customers.values()].filter((customer) => 'created' in customer);
  }
}
