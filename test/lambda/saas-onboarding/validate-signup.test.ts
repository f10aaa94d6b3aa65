import fc from 'fast-check';
import { checkSignup } from '../../../lambda/saas-onboarding/signup';
import { createValidateSignup } from '../../../lambda/saas-onboarding/validate-signup.lambda';
import { ServiceUnavailable, ValidationError } from '../../../lambda/shared/errors';
import { createDynamoDB } from '../../../tools/doubles/dynamodb';
import { fails, replyLost } from '../../../tools/doubles/faults';
import { signupInput } from '../../../tools/world/signups';

const EXECUTION = 'onboarding-U-42';

const world = () => {
  const dynamodb = createDynamoDB({ customers: 'customerId' });
  const validate = createValidateSignup({ dynamodb: dynamodb.client, customersTable: 'customers' });
  return { dynamodb, validate };
};

async function rejection(signup: unknown, execution = EXECUTION, { validate } = world()) {
  const error = await validate({ signup, execution }).catch((reason: unknown) => reason);
  if (!(error instanceof ValidationError)) throw error;
  const report = JSON.parse(error.message) as {
    userId: string | null;
    problems: { path: string; message: string }[];
    more: number;
  };
  return {
    ...report,
    bytes: Buffer.byteLength(error.message),
    paths: report.problems.map(({ path }) => path),
  };
}

test.each(['free', 'pro', 'enterprise'] as const)(
  'a valid signup for the plan %s comes out as it is',
  async (plan) => {
    const signup = signupInput({ plan });
    expect(await world().validate({ signup, execution: EXECUTION })).toEqual(signup);
  },
);

test('text may be of any script, addresses may have a tag and a subdomain', async () => {
  const signup = signupInput({ company: '株式会社 Åre 🏔️', email: "o'neil+app@mail.xn--bcher-kva.example" });
  expect(await world().validate({ signup, execution: EXECUTION })).toEqual(signup);
});

test("a signup is refused under another's name", async () => {
  await world().validate({ signup: signupInput(), execution: `${EXECUTION}_2` });
  expect(await rejection(signupInput(), 'onboarding-U-43')).toMatchObject({ paths: ['userId'] });
});

describe('refuses, by path,', () => {
  const email = (address: string) => signupInput({ email: address });
  const company = (name: string) => signupInput({ company: name });

  test.each<[string, unknown, string[]]>([
    ['nothing at all', null, ['']],
    ['a string', 'signup', ['']],
    ['a number', 7, ['']],
    ['a list', [signupInput()], ['']],
    ['an empty object', {}, ['userId', 'email', 'company', 'plan']],
    [
      'lists for fields',
      { userId: ['U'], email: ['a@b.c'], company: [], plan: ['pro'] },
      ['userId', 'email', 'company', 'plan'],
    ],
    ['an unknown field', { ...signupInput(), role: 'admin' }, ['role']],
    [
      'the prototype as a field',
      JSON.parse(
        '{"__proto__":{"plan":"pro"},"constructor":1,"userId":"U-42","email":"a@b.cc","company":"C"}',
      ),
      ['plan', '__proto__', 'constructor'],
    ],
    ['a user id that climbs', signupInput({ userId: '../x' }), ['userId']],
    ['a user id with a slash', signupInput({ userId: 'a/b' }), ['userId']],
    ['a user id with an underscore', signupInput({ userId: 'U-42_2' }), ['userId']],
    ['a user id with a wildcard', signupInput({ userId: '*' }), ['userId']],
    ['a user id of 61 characters', signupInput({ userId: 'a'.repeat(61) }), ['userId']],
    ['a user id of 300 characters', signupInput({ userId: 'a'.repeat(300) }), ['userId']],
    ['a user id in other letters', signupInput({ userId: 'Ünal' }), ['userId']],
    ['an empty user id', signupInput({ userId: '' }), ['userId']],
    ['a user id with a line break', signupInput({ userId: 'U-42\n' }), ['userId']],
    ['a numeric user id', { ...signupInput(), userId: 42 }, ['userId']],
    ['an e-mail without @', email('grace.example.com'), ['email']],
    ['an e-mail with two @', email('grace@b@example.com'), ['email']],
    ['an e-mail with a line break', email('grace@example.com\nBcc: x@y.zz'), ['email']],
    ['an e-mail with a name', email('Grace <grace@example.com>'), ['email']],
    ['an address of another form in brackets', email('x<y@mailinator.com>'), ['email']],
    ['a name before an address', email('bob<victim@example.com>'), ['email']],
    ['two addresses', email('a,b@example.com'), ['email']],
    ['dots at the ends', email('.a.@example.com'), ['email']],
    ['two dots together', email('a..b@example.com'), ['email']],
    ['a quote', email('"@example.com'), ['email']],
    ['a quoted local part', email('"a b"@example.com'), ['email']],
    ['a hyphen at a label’s end', email('a@-bad-.example'), ['email']],
    ['an empty label', email('a@b..example'), ['email']],
    ['an underscore in the domain', email('a@b_c.example'), ['email']],
    ['an IP address', email('a@[127.0.0.1]'), ['email']],
    ['a number as the last label', email('a@10.0.0.1'), ['email']],
    ['a label of 64', email(`a@${'b'.repeat(64)}.example`), ['email']],
    ['a local part of 65', email(`${'a'.repeat(65)}@example.com`), ['email']],
    ['a company with a link', company('Locked, unlock at https://evil.example/x'), ['company']],
    ['a company with www.', company('see www.evil.example'), ['company']],
    ['a company with a bare link', company('go to evil.example/x'), ['company']],
    ['a company with an address', company('write to a@evil.example'), ['company']],
    ['a company that turns text around', company('abc\u202Edef'), ['company']],
    ['a company with an invisible mark', company('abc\u200Bdef'), ['company']],
    ['a company of two lines', company('abc\u2028def'), ['company']],
    ['an e-mail too long', email(`grace@${'a'.repeat(250)}.com`), ['email']],
    ['a unicode local part', email('grâce@example.com'), ['email']],
    ['a unicode domain', email('grace@bücher.example'), ['email']],
    ['a disposable e-mail', email('grace@mailinator.com'), ['email']],
    ['a disposable e-mail in capitals', email('grace@YopMail.COM'), ['email']],
    ['a disposable e-mail on a subdomain', email('grace@inbox.of.guerrillamail.com'), ['email']],
    ['an empty company', signupInput({ company: '' }), ['company']],
    ['a blank company', signupInput({ company: ' \t ' }), ['company']],
    ['a company of 300 characters', signupInput({ company: 'x'.repeat(300) }), ['company']],
    ['a company with a control character', signupInput({ company: 'Bell\u0000Ltd' }), ['company']],
    ['a company of half a character', signupInput({ company: '\ud83c' }), ['company']],
    ['an empty plan', { ...signupInput(), plan: '' }, ['plan']],
    ['an unknown plan', { ...signupInput(), plan: 'gold' }, ['plan']],
    ['a plan in capitals', { ...signupInput(), plan: 'PRO' }, ['plan']],
    ['a plan that is a property of every object', { ...signupInput(), plan: 'constructor' }, ['plan']],
    ['a plan that is null', { ...signupInput(), plan: null }, ['plan']],
  ])('%s', async (_case, signup, paths) => {
    expect((await rejection(signup)).paths).toEqual(paths);
  });
});

test('a domain that only ends with the name of a disposable one is accepted', async () => {
  const signup = signupInput({ email: 'grace@notmailinator.com' });
  expect(await world().validate({ signup, execution: EXECUTION })).toEqual(signup);
});

test('all problems are reported at once, of the fields and of the name; without a user id it is null', async () => {
  const wrong = await rejection({ ...signupInput(), email: 'x', plan: 'gold' }, 'onboarding-other');
  expect(wrong).toMatchObject({ userId: 'U-42', paths: ['email', 'plan', 'userId'] });
  expect((await rejection({ ...signupInput(), userId: '../x' })).userId).toBeNull();
});

test('of thousands of problems the first 50 are listed and the rest counted, in under 8 KB', async () => {
  const extra = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, 1]));
  const { problems, more, bytes } = await rejection({ ...signupInput(), ...extra });
  expect(problems).toHaveLength(50);
  expect(more).toBe(4_950);
  expect(bytes).toBeLessThan(8_192);
});

test('any JSON value is a valid signup or a ValidationError under 8 KB, never another error', async () => {
  const { validate } = world();
  const nearlyASignup = fc
    .dictionary(fc.constantFrom(...Object.keys(signupInput()), '__proto__'), fc.jsonValue())
    .map((overrides) => ({ ...signupInput(), ...overrides }));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.jsonValue(), nearlyASignup), fc.string(), async (signup, execution) => {
      const error = await validate({ signup, execution }).catch((reason: unknown) => reason);
      if (error instanceof Error) {
        expect(error).toBeInstanceOf(ValidationError);
        expect(Buffer.byteLength(error.message)).toBeLessThan(8_192);
      }
    }),
  );
});

describe('customers', () => {
  test('that exist already are refused', async () => {
    const there = world();
    there.dynamodb.seed('customers', { customerId: { S: 'U-42' }, execution: { S: 'onboarding-U-42' } });
    expect(await rejection(signupInput(), 'onboarding-U-42_2', there)).toMatchObject({
      problems: [{ path: 'userId', message: 'is a customer already' }],
    });
  });

  test.each([
    ['unavailable', fails('unavailable')],
    ['no reply', replyLost],
    ['conflict', fails('conflict')],
  ])('that cannot be looked up (%s) may be later', async (_case, fault) => {
    const { dynamodb, validate } = world();
    dynamodb.fail({ 'dynamodb:*': [fault] });
    await expect(validate({ signup: signupInput(), execution: EXECUTION })).rejects.toThrow(
      ServiceUnavailable,
    );
  });

  test('that cannot be read because of throttling are RateLimited', async () => {
    const { dynamodb, validate } = world();
    dynamodb.fail({ 'dynamodb:*': [fails('throttled')] });
    await expect(validate({ signup: signupInput(), execution: EXECUTION })).rejects.toMatchObject({
      name: 'RateLimited',
    });
  });

  test('that may not be read are an error', async () => {
    const { dynamodb, validate } = world();
    dynamodb.fail({ 'dynamodb:*': [fails('denied')] });
    await expect(validate({ signup: signupInput(), execution: EXECUTION })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

test.each([
  ['every character of a dot-atom', "a!#$%&'*+/=?^_`{|}~-.b@example.com"],
  ['a local part of 64 and a label of 63', `${'a'.repeat(64)}@${'b'.repeat(63)}.example`],
  ['a last label with a digit', 'a@example.xn--p1ai'],
])('%s is an address', async (_case, address) => {
  expect(checkSignup(signupInput({ email: address }))).toMatchObject({ signup: { email: address } });
});

test.each([
  'hxxp://evil.example',
  'HTTPS:evil.example',
  'http:\\\\evil.example',
  '//evil',
  'ｗｗｗ.evil.example',
  'evil.example:8080',
  'evil.example?x=1',
  'evil.example#x',
  'évil.example/x',
  'еvil.com/x',
  'evil.xn--p1ai/x',
  'evil．com/x',
  'evil。com/x',
  'evil․com/x',
  'evil[.]example',
  'evil\u200D.exa\u00ADmple/x',
  '10.0.0.1',
  'a＠evil.example',
  'mailto:a',
])('a company %s holds a link', async (name) => {
  expect(checkSignup(signupInput({ company: name }))).toEqual({
    problems: expect.arrayContaining([{ path: 'company', message: 'must not hold a link or an address' }]),
  });
});

test.each([
  '\u00AD',
  '\u034F',
  '\u061C',
  '\u115F',
  '\u180E',
  '\u200C',
  '\u200D',
  '\u200E',
  '\u2062',
  '\u2066',
  '\u2800',
  '\u3164',
  '\uFE0F',
  '\uFFA0',
  '\uFFF9',
  '\u{E0041}',
])('a company with %j between Latin letters holds a mark that nobody sees', async (mark) => {
  expect(checkSignup(signupInput({ company: `abc${mark}def` }))).toEqual({
    problems: [{ path: 'company', message: 'must not hold invisible or direction marks' }],
  });
});

test.each([
  'Booking.com',
  'Amazon.com, Inc.',
  'A.B. Smith & Sons',
  'S.A./N.V. Dupont',
  'C/O Miller',
  'Shop: Berlin',
  'No.1/2',
  'Yahoo!',
  'شركة الاختبار',
  'نیم\u200Cفاصله',
  '👩\u200D💻 Devs 🏔\uFE0F',
])('%s is a company', async (name) => {
  expect(checkSignup(signupInput({ company: name }))).toMatchObject({ signup: { company: name } });
});
