/**
 * PaymentIntents: https://docs.stripe.com/payments/paymentintents/lifecycle
 *
 * Supports cards only, and captures and refunds in full only. Refuses parameters that it does not model.
 */
import { authorise, capture, refuseAuthentication, unexpectedState, voidAuthorisation } from './charging';
import type { ReportEvent } from './events';
import { CANCELLATION_REASONS, type IntentRecord, type PaymentIntent } from './intent';
import { page } from './lists';
import { CONFIRM_PARAMS, type IntentContext, newIntent } from './new-intent';
import { allowOnly, flag, oneOf, type Params, text } from './params';
import type { PaymentMethods } from './payment-methods';
import { noSuch, notPossible, StripeRefusal } from './protocol';
import { approved } from './test-methods';

export class PaymentIntents {
  readonly #records = new Map<string, IntentRecord>();

  constructor(
    private readonly now: () => number,
    private readonly newId: (prefix: string) => string,
    private readonly context: IntentContext & { methods: PaymentMethods; report: ReportEvent },
  ) {}

  /** @param processingSeconds how long a confirmed intent stays in `processing`. @default 0 */
  create(params: Params, processingSeconds?: number): PaymentIntent {
    const intent = newIntent(params, { ...this.context, id: this.newId('pi'), at: this.now() });
    const record: IntentRecord = { intent };
    this.#records.set(intent.id, record);
    if (flag(params, 'confirm')) this.#confirmNew(record, params, processingSeconds);
    return intent;
  }

  retrieve(id: string): PaymentIntent {
    return this.record(id).intent;
  }

  confirm(id: string, params: Params, processingSeconds?: number): PaymentIntent {
    allowOnly(params, CONFIRM_PARAMS);
    const record = this.record(id);
    const { intent } = record;
    if (intent.status === 'succeeded') {
      throw unexpectedState(
        intent,
        'You cannot confirm this PaymentIntent because it has already succeeded.',
      );
    }
    const confirmable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
    if (!confirmable.includes(intent.status)) throw wrongStatus(intent, 'confirm', confirmable);
    const method = text(params, 'payment_method');
    if (method !== undefined) intent.payment_method = this.context.methods.resolve(method, intent.customer);
    this.#confirm(record, params, processingSeconds);
    return intent;
  }

  /** When the confirmation is impossible, the intent is not created; when the card is declined, it is. */
  #confirmNew(record: IntentRecord, params: Params, processingSeconds?: number): void {
    try {
      this.#confirm(record, params, processingSeconds);
    } catch (error) {
      if (!(error instanceof StripeRefusal && error.status === 402)) this.#records.delete(record.intent.id);
      throw error;
    }
  }

  #confirm(record: IntentRecord, params: Params, processingSeconds?: number): void {
    const { intent } = record;
    const method = intent.payment_method;
    if (method === null) {
      throw unexpectedState(
        intent,
        "You cannot confirm this PaymentIntent because it's missing a payment method. Confirm it with one.",
      );
    }
    if (intent.automatic_payment_methods?.allow_redirects === 'always' && !text(params, 'return_url')) {
      throw notPossible(
        'This PaymentIntent may use payment methods that redirect your customer, so you must provide a `return_url`, ' +
          'or create it with `automatic_payment_methods[enabled]=true` and ' +
          '`automatic_payment_methods[allow_redirects]=never`.',
      );
    }
    const charge = (at: number) =>
      authorise(record, {
        at,
        chargeId: this.newId('ch'),
        paymentMethod: method,
        outcome: this.context.methods.use(method, intent.customer),
        errorOnRequiresAction: flag(params, 'error_on_requires_action'),
        offSession: flag(params, 'off_session'),
      });
    if (processingSeconds === undefined) {
      charge(this.now());
      return;
    }
    intent.status = 'processing';
    const at = this.now() + processingSeconds * 1000;
    record.due = { at, happen: () => quietly(() => charge(at)) };
  }

  /** The customer passes or fails the bank's challenge. */
  authenticate(id: string, succeeds: boolean): PaymentIntent {
    const record = this.record(id);
    const { intent } = record;
    if (intent.status !== 'requires_action' || intent.payment_method === null) {
      throw wrongStatus(intent, 'authenticate', ['requires_action']);
    }
    if (succeeds) {
      this.context.methods.useUp(intent.payment_method);
      authorise(record, {
        at: this.now(),
        chargeId: this.newId('ch'),
        paymentMethod: intent.payment_method,
        outcome: approved,
        errorOnRequiresAction: false,
        offSession: false,
      });
    } else refuseAuthentication(intent);
    return intent;
  }

  capture(id: string, params: Params): PaymentIntent {
    allowOnly(params, ['expand']);
    const record = this.record(id);
    const { intent } = record;
    if (intent.status === 'succeeded') {
      throw unexpectedState(
        intent,
        'This PaymentIntent could not be captured because it has already been captured.',
      );
    }
    if (intent.status !== 'requires_capture') throw wrongStatus(intent, 'capture', ['requires_capture']);
    capture(record);
    return intent;
  }

  cancel(id: string, params: Params): PaymentIntent {
    allowOnly(params, ['cancellation_reason', 'expand']);
    const reason = oneOf(params, 'cancellation_reason', CANCELLATION_REASONS) ?? null;
    const record = this.record(id);
    const { intent } = record;
    // Stripe cancels an intent in `processing` "in rare cases". The double never does, so that no code relies on it.
    const cancelable = [
      'requires_payment_method',
      'requires_capture',
      'requires_confirmation',
      'requires_action',
    ];
    if (!cancelable.includes(intent.status)) throw wrongStatus(intent, 'cancel', cancelable);
    voidAuthorisation(record, reason, this.now());
    this.context.report('payment_intent.canceled', intent);
    return intent;
  }

  /** Newest first. */
  list(params: Params) {
    const all = this.all().map(({ intent }) => intent);
    return page(all, params, { url: '/v1/payment_intents', object: 'payment_intent', filters: ['customer'] });
  }

  /** Returns the record after applying a timed change that is due. */
  record(id: string, param = 'intent'): IntentRecord {
    const record = this.#records.get(id);
    if (!record) throw noSuch('payment_intent', id, param);
    while (record.due && record.due.at <= this.now()) {
      const { happen } = record.due;
      delete record.due;
      happen();
      if (record.intent.status === 'canceled') this.context.report('payment_intent.canceled', record.intent);
    }
    return record;
  }

  /** Oldest first. */
  all(): IntentRecord[] {
    return [...this.#records.keys()].map((id) => this.record(id));
  }
}

const wrongStatus = (intent: PaymentIntent, action: string, statuses: string[]) =>
  unexpectedState(
    intent,
    `You cannot ${action} this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with ` +
      `one of the following statuses may do so: ${statuses.join(', ')}.`,
  );

/** Ignores a decline: it comes after the response, so only the intent shows it. */
function quietly(charge: () => void): void {
  try {
    charge();
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
  }
}
