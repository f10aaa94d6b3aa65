/** The text of a plan repeats it. */
import { parsePlan, planText } from '../../../tools/matrix/plan';
import { Striker } from '../../../tools/matrix/striker';

test.each([
  'plain',
  'plain | ChargeCard #1 replyLost',
  'fresh | dynamodb:updateItem idempotency #2 fails:throttled | ses:sendEmail #all killedAfterwards',
  'approved | stripe:POST /v1/payment_intents/*/capture #1-5 arrivesLate:60 | redrive 13d | elsewhere',
  'plain | CreateStripeCustomer #1 worksButFails:States.Http.StatusCode.429 | redrive 90',
])('%s', (text) => {
  expect(planText(parsePlan(text))).toBe(text);
});

test.each([
  ['plain | ChargeCard replyLost', '"ChargeCard replyLost" is no part of a plan'],
  ['plain | redrive soon', 'A redrive comes after 1m, 25h, 8d, 13d or seconds, not after "soon"'],
])('%s is refused', (text, message) => {
  expect(() => parsePlan(text)).toThrow(message);
});

test('a fault that does not exist is refused', () => {
  expect(() => new Striker(parsePlan('plain | ChargeCard #1 explodes').strikes)).toThrow('explodes');
});
