/** The rules that lib/ sets in the environment of the functions that check orders. */
import { environment } from '../shared/handler';
import { currencyNamed } from './currencies';
import type { OrderRules } from './order';

export const rulesFromEnvironment = (): OrderRules => ({
  settlementCurrency: currencyNamed(environment('SETTLEMENT_CURRENCY')),
});
