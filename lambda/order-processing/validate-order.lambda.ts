/** Checks an order before anything happens for it: all of its fields at once. */
import { isExecutionOf } from '../../contracts/names';
import { ValidationError } from '../shared/errors';
import { lambdaHandler } from '../shared/handler';
import { field, id, toReport } from '../shared/problems';
import { checkOrder, type ValidOrder } from './order';

interface Payload {
  /** Whatever the execution was started with. */
  order: unknown;
  execution: string;
}

/** @throws ValidationError with every problem, when there is one. */
export const createValidateOrder =
  () =>
  async ({ order: input, execution }: Payload): Promise<ValidOrder> => {
    const checked = checkOrder(input);
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

/** The order's id, if it has one that can be used. */
const orderIdOf = (input: unknown) => id.safeParse(field(input, 'orderId')).data ?? null;

export const handler = lambdaHandler(createValidateOrder, ({ order, execution }) => ({
  orderId: orderIdOf(order),
  execution,
}));
