/** Checks all fields of a signup at once, then whether the user is a customer already, before anything is made. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { isExecutionOf } from '../../contracts/names';
import type { SignupInput } from '../../contracts/types';
import { aws, clientConfig } from '../shared/aws';
import { RateLimited, ServiceUnavailable, TemporaryFailure, ValidationError } from '../shared/errors';
import { environment, lambdaHandler } from '../shared/handler';
import { field, id, toReport } from '../shared/problems';
import { checkSignup } from './signup';

interface Payload {
  /** The execution's input, which may be anything. */
  signup: unknown;
  execution: string;
}

interface Dependencies {
  dynamodb: Pick<DynamoDBClient, 'send'>;
  customersTable: string;
}

/**
 * @throws ValidationError with every problem of the signup
 * @throws ServiceUnavailable or RateLimited when the table `customers` does not answer
 */
export const createValidateSignup = ({ dynamodb, customersTable }: Dependencies) => {
  return async ({ signup: input, execution }: Payload): Promise<SignupInput> => {
    const checked = checkSignup(input);
    const userId = userIdOf(input);
    const problems = 'problems' in checked ? checked.problems : [];
    if (userId !== null && !isExecutionOf('onboarding', userId, execution)) {
      const message = `belongs to an execution named onboarding-${userId}, or …_2 and so on`;
      problems.push({ path: 'userId', message });
    }
    if ('signup' in checked && problems.length === 0) {
      if (!(await isCustomer(checked.signup.userId))) return checked.signup;
      problems.push({ path: 'userId', message: 'is a customer already' });
    }
    throw new ValidationError({ userId, ...toReport(problems) });
  };

  async function isCustomer(customerId: string): Promise<boolean> {
    try {
      const { Item } = await aws(() =>
        dynamodb.send(
          new GetItemCommand({
            TableName: customersTable,
            Key: { customerId: { S: customerId } },
            ProjectionExpression: 'customerId',
            ConsistentRead: true,
          }),
        ),
      );
      return Item !== undefined;
    } catch (error) {
      if (!(error instanceof TemporaryFailure) || error instanceof RateLimited) throw error;
      throw new ServiceUnavailable(error.message, { cause: error });
    }
  }
};

/** Returns the user's id, or null when it is missing or unusable. */
const userIdOf = (input: unknown) => id.safeParse(field(input, 'userId')).data ?? null;

export const handler = lambdaHandler(
  () =>
    createValidateSignup({
      dynamodb: new DynamoDBClient(clientConfig),
      customersTable: environment('CUSTOMERS_TABLE'),
    }),
  ({ signup, execution }: Payload) => ({ userId: userIdOf(signup), execution }),
);
