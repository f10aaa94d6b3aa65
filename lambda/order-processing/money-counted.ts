/** The money that functions move, as a metric by currency: `order-processing/Captured`. */
import { Logger } from '@aws-lambda-powertools/logger';
import { nameOfIdentity } from '../../contracts/identity';
import { asMetric } from '../shared/metrics';

/** Minor units, and a lower-case currency code. */
interface Moved {
  readonly orderId: string;
  /** The execution's identity. */
  readonly execution: string;
  readonly amount: number;
  readonly currency: string;
}

export type CountMoney = (moved: Moved) => void;

export type Amount = 'Captured' | 'Refunded';

/** Writes a log line for each movement, which CloudWatch reads the metric from. */
export const moneyCountedAs = (what: Amount): CountMoney => {
  const logger = new Logger();
  return ({ orderId, execution, amount, currency }) =>
    logger.info(what, {
      orderId,
      execution: nameOfIdentity(execution),
      ...asMetric({ name: `order-processing/${what}`, value: amount, by: { currency } }),
    });
};
