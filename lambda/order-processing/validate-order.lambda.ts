/** Checks all fields of an order at once, before anything else happens. */
import { isExecutionOf } from '../../contracts/names';
import { ValidationError } from '../shared/errors';
import { lambdaHandler } from '../shared/handler';
import { field, id, toReport } from '../shared/problems';
import { checkOrder, type OrderRules, type ValidOrder } from './order';
import { rulesFromEnvironment } from './rules';

interface Payload {
  /** The execution's input, which may be anything. */
  order: unknown;
  execution: string;
}

/** @throws ValidationError with every problem of the order. */
export const createValidateOrder =
  (rules: OrderRules) =>
  async ({ order: input, execution }: Payload): Promise<ValidOrder> => {
    const checked = checkOrder(input, rules);
    const orderId = orderIdOf(input);
    const problems = 'problems' in checked ? checked.problems : [];
    if (orderId !== null && !isExecutionOf('order', orderId, execution)) {
      problems.push({
        path: 'orderId',
        message: `belongs to an execution named order-${orderId}, or …_2 and so on`,
      });
    }
    if ('order' in checked && problems.length === 0) return checked.order;
    throw new ValidationError({ orderId, ...toReport(problems) });
  };

/** Returns the order's id, or null when it is missing or unusable. */
const orderIdOf = (input: unknown) => id.safeParse(field(input, 'orderId')).data ?? null;

export const handler = lambdaHandler(
  () => createValidateOrder(rulesFromEnvironment()),
  ({ order, execution }) => ({
    orderId: orderIdOf(order),
    execution,
  }),
);
