/**
 * Keeps personal data out of what a function's error says. Step Functions copies that into the execution's `Cause`, which
 * its log has in every stage, also where it has no other data; and services quote: SES names the address that it refuses.
 */

/** Fields of payloads, at any depth, whose values are a customer's. */
const PERSONAL = new Set([
  'email',
  'company',
  'name',
  'line1',
  'line2',
  'city',
  'postalCode',
  'paymentMethodId',
]);

/** Shorter ones, such as the code of a country, are in other words too. */
const SHORTEST = 3;

/** Also of a record that the payload does not show. A package in a stack's path, `…/@smithy/core/…`, is none. */
const EMAIL = /[^\s"'<>()[\]{},;:\\]+@[^\s"'<>()[\]{},;:\\/]+\.\w+/g;
const PAYMENT_METHOD = /\bpm_\w+/g;

/** @param payload what the function was called with */
export const withoutPersonalData = (text: string, payload: unknown): string => {
  const known = [...new Set(personalIn(payload))].sort((one, other) => other.length - one.length);
  const masked = known.reduce((rest, value) => rest.replaceAll(value, '<personal data>'), text);
  return masked.replace(EMAIL, '<e-mail address>').replace(PAYMENT_METHOD, '<payment method>');
};

const personalIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([field, inner]) =>
        typeof inner === 'string' && PERSONAL.has(field) && inner.length >= SHORTEST
          ? inner
          : personalIn(inner),
      );
