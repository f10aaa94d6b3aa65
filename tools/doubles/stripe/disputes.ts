/** Disputes, of cards that always dispute: https://docs.stripe.com/api/disputes */
import type { ReportEvent } from './events';
import type { Charge } from './intent';
import { allowOnly, type Params } from './params';
import type { PaymentIntents } from './payment-intents';
import { noSuch, notPossible } from './protocol';

/** How long a merchant has to answer: it depends on the card's network. */
const ANSWER_SECONDS = 9 * 24 * 3600;

interface Dispute {
  id: string;
  object: 'dispute';
  amount: number;
  charge: string;
  created: number;
  currency: string;
  evidence_details: { due_by: number; has_evidence: boolean; past_due: boolean; submission_count: number };
  is_charge_refundable: boolean;
  livemode: false;
  metadata: Record<string, string>;
  payment_intent: string;
  reason: 'fraudulent';
  status: 'lost' | 'needs_response';
}

export class Disputes {
  readonly #disputes = new Map<string, Dispute>();

  constructor(
    private readonly now: () => number,
    private readonly newId: (prefix: string) => string,
    private readonly intents: PaymentIntents,
    private readonly report: ReportEvent,
  ) {}

  /** Opens a dispute of each charge that is due one: once its money was taken. */
  catchUp(): void {
    const disputed = new Set([...this.#disputes.values()].map(({ charge }) => charge));
    for (const { charge, later } of this.intents.all()) {
      if (later === 'is_disputed' && charge?.captured && !disputed.has(charge.id)) this.#open(charge);
    }
  }

  #open(charge: Charge): void {
    const created = Math.floor(this.now() / 1000);
    const dispute: Dispute = {
      id: this.newId('dp'),
      object: 'dispute',
      amount: charge.amount,
      charge: charge.id,
      created,
      currency: charge.currency,
      evidence_details: {
        due_by: created + ANSWER_SECONDS,
        has_evidence: false,
        past_due: false,
        submission_count: 0,
      },
      is_charge_refundable: false,
      livemode: false,
      metadata: {},
      payment_intent: charge.payment_intent,
      reason: 'fraudulent',
      status: 'needs_response',
    };
    this.#disputes.set(dispute.id, dispute);
    this.report('charge.dispute.created', dispute);
  }

  retrieve(id: string): Dispute {
    const dispute = this.#disputes.get(id);
    if (!dispute) throw noSuch('dispute', id);
    return dispute;
  }

  /** Gives in: the dispute is lost. */
  close(id: string, params: Params): Dispute {
    allowOnly(params, []);
    const dispute = this.retrieve(id);
    if (dispute.status === 'lost') throw notPossible('This dispute is already closed');
    dispute.status = 'lost';
    this.report('charge.dispute.closed', dispute);
    return dispute;
  }
}
