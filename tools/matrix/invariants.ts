/** What holds of every run, whatever struck it: statements about money, stock, parcels, customers and notices. */
import { isDeepStrictEqual } from 'node:util';
import { idOf } from '../../contracts/names';
import { EVERYTHING, NOTHING } from '../world/onboarding-world';
import {
  amountOf,
  asksForRepeat,
  beganDuring,
  each,
  expectedOf,
  type Facts,
  type ImportFacts,
  isStruck,
  isTooLarge,
  itemsOf,
  label,
  list,
  mayEnd,
  notTold,
  type OnboardingFacts,
  type OrderFacts,
  type ReconciliationFacts,
  sum,
  toldWrong,
  wasHit,
  withOutcome,
} from './facts';
import { type Attempt, type Invariant, identityOf, outcomeOf } from './site';

/** Faults that the next try does not meet, and that every caller tries again. */
const PASSING = /^(killed|replyLost|arrivesLate|(fails|worksButFails):(throttled|unavailable)$)/;

/** For as long an execution's name is taken after its end. */
const NAME_MS = 90 * 86_400_000;

const common: Invariant<Facts>[] = [
  {
    statement: 'No execution ever times out',
    broken: each(
      ({ execution: { events } }) => events.some(({ type }) => type === 'ExecutionTimedOut') && 'TIMED_OUT',
    ),
  },
  {
    statement: 'What fails half-way is finished by redrives, once what struck has passed',
    broken: each(
      (attempt) =>
        ['STUCK', 'ABORTED', 'TIMED_OUT', 'RUNNING'].includes(outcomeOf(attempt)) &&
        !asksForRepeat(attempt) &&
        `${attempt.execution.result?.error} after ${attempt.execution.redriveCount} redrives`,
    ),
  },
  {
    statement: 'One fault that passes changes nothing about how an execution ends',
    broken: each((attempt, facts) => {
      const [hit, ...more] = facts.hits;
      const isAlone = facts.attempts.every(
        ({ role }) => role === 'before' || role === 'struck' || role === 'last',
      );
      const passes = hit !== undefined && more.length === 0 && PASSING.test(hit.fault) && isAlone;
      const { struck, spared } = facts.expected;
      return (
        passes && attempt.role === 'struck' && ![struck, spared].includes(outcomeOf(attempt)) && hit.fault
      );
    }),
  },
  {
    statement: 'No history shows a secret',
    broken: ({ histories, secrets }) => {
      const shown = (text: string) => secrets.filter((secret) => text.includes(secret));
      return list(
        histories.flatMap(({ name, events }) =>
          shown(JSON.stringify(events)).map((secret) => `${name}: ${secret}`),
        ),
      );
    },
  },
];

export const orderInvariants: Invariant<OrderFacts>[] = [
  ...common,
  {
    statement: 'Money is taken for what ships, in full, and for nothing else',
    broken: ({ attempts, payments }) => {
      const due = (owner: string) =>
        sum(
          attempts
            .filter((attempt) => identityOf(attempt) === owner && outcomeOf(attempt) === 'SHIPPED')
            .map(amountOf),
        );
      const owners = new Set([...attempts.map(identityOf), ...payments.map(({ owner }) => owner)]);
      return list(
        [...owners].flatMap((owner) => {
          const taken = sum(
            payments
              .filter((payment) => payment.owner === owner)
              .map(({ captured, refunded }) => captured - refunded),
          );
          return taken === due(owner) ? [] : [`${owner}: ${taken} taken, ${due(owner)} due`];
        }),
      );
    },
  },
  {
    statement: 'No money stays held once no execution runs',
    broken: ({ payments }) =>
      list(
        payments.flatMap(({ id, owner, authorised, captured, voided }) => {
          const held = authorised - captured - voided;
          return held === 0 ? [] : [`${id} of ${owner}: ${held} held`];
        }),
      ),
  },
  {
    statement: 'An execution holds money once at most, and captures once at most',
    broken: each((attempt, { payments }) => {
      const own = payments.filter(({ owner }) => owner === identityOf(attempt));
      const holds = own.filter(({ authorised }) => authorised > 0).length;
      const captures = own.filter(({ captured }) => captured > 0).length;
      return (holds > 1 || captures > 1) && `${holds} holds, ${captures} captures`;
    }),
  },
  {
    statement: 'Stock is never negative, nor above what there was at first',
    broken: ({ range: { lowest, highest } }) =>
      lowest < 0 || highest > 0 ? `from ${lowest} to +${highest}` : undefined,
  },
  {
    statement: 'Stock is short of what ships, and of nothing else',
    broken: ({ attempts, stock }) => {
      const lines = attempts.filter(withOutcome('SHIPPED')).flatMap(itemsOf);
      return list(
        stock.flatMap(({ sku, left, initial }) => {
          const due = initial - sum(lines.filter((line) => line.sku === sku).map(({ quantity }) => quantity));
          return left === due ? [] : [`${sku}: ${left} left, not ${due}`];
        }),
      );
    },
  },
  {
    statement: 'What is SHIPPED leaves the warehouse, and nothing else does',
    broken: ({ attempts, shipments }) => {
      const left = shipments.map(({ execution }) => execution).sort();
      const due = attempts.filter(withOutcome('SHIPPED')).map(identityOf).sort();
      return left.join() === due.join()
        ? undefined
        : `${left.join(', ') || 'nothing'} left, not ${due.join(', ') || 'nothing'}`;
    },
  },
  {
    statement: 'An order ships once at most',
    broken: ({ attempts, shipments }) => {
      const shipped = attempts.filter(withOutcome('SHIPPED'));
      return shipped.length > 1 || shipments.length > 1
        ? `${shipped.length} SHIPPED, ${shipments.length} parcels`
        : undefined;
    },
  },
  {
    statement: 'An order ends as its scenario has it, unless something struck or another execution of it ran',
    broken: each((attempt, facts) => {
      if (attempt.role === 'last' || attempt.role === 'before') return false;
      const allowed = mayEnd(attempt, facts);
      return !allowed.includes(outcomeOf(attempt)) && `not one of ${[...new Set(allowed)].join(', ')}`;
    }),
  },
  {
    statement: 'An order that nothing strikes ships in its last attempt, or has shipped before',
    broken: each((attempt, { attempts }) => {
      if (attempt.role !== 'last') return false;
      const hasShipped = attempts.some((other) => other !== attempt && outcomeOf(other) === 'SHIPPED');
      const due = hasShipped ? 'ALREADY_PROCESSED' : 'SHIPPED';
      return outcomeOf(attempt) !== due && `not ${due}`;
    }),
  },
  {
    statement: 'Customers are told how their order ended, and nothing else',
    broken: (facts) => list([...toldWrong(facts), ...notTold(facts)]),
  },
  {
    statement: 'Who is told of a refund was charged, and who is told of none was not',
    broken: ({ notices, payments }) =>
      list(
        notices.failed.flatMap((notice) => {
          const { outcome, noticeId, reason } = Object(notice);
          const owner = String(noticeId).split('/')[0];
          const isRefunded = payments.some((payment) => payment.owner === owner && payment.captured > 0);
          const saysSo = String(reason).includes('refunded');
          return outcome === 'FAILED' && saysSo !== isRefunded ? [`${noticeId}: ${reason}`] : [];
        }),
      ),
  },
];

export const onboardingInvariants: Invariant<OnboardingFacts>[] = [
  ...common,
  {
    statement: 'An execution leaves everything that a customer needs, or nothing',
    broken: each((attempt, { effects }, index) => {
      const due = outcomeOf(attempt) === 'ONBOARDED' ? EVERYTHING : NOTHING;
      const { emails, ...left } = effects[index] ?? NOTHING;
      const wrong = Object.entries({ ...left, emails: Math.min(emails, 1) }).filter(
        ([what, count]) => count !== Object(due)[what],
      );
      return wrong.length > 0 && wrong.map(([what, count]) => `${what} ${count}`).join(', ');
    }),
  },
  {
    statement:
      'A welcome e-mail goes once; once more for each time that SES took it and the record of that was not written',
    broken: each((attempt, { effects, hits }, index) => {
      const unrecorded = hits.filter(({ place, fault }) =>
        place === 'ses:sendEmail'
          ? /^killedAfterwards|^twice/.test(fault)
          : place === 'dynamodb:updateItem idempotency' &&
            !/^killedAfterwards|^twice|^repliesLate|^stop|^replyLost/.test(fault),
      ).length;
      const emails = effects[index]?.emails ?? 0;
      const most = 1 + (attempt.role === 'last' ? 0 : unrecorded);
      return emails > most && `${emails} e-mails, not ${most}`;
    }),
  },
  {
    statement: 'All e-mails of an execution have the same link',
    broken: each((_, { links }, index) => (links[index]?.length ?? 0) > 1 && `${links[index]?.length} links`),
  },
  {
    statement: 'A customer claims the API key exactly once',
    broken: each((attempt, { claims }, index) => {
      const due = outcomeOf(attempt) === 'ONBOARDED' ? 'key, ALREADY_CLAIMED' : '';
      const came = claims[index]?.join(', ') ?? '';
      return came !== due && `claimed twice: ${came}`;
    }),
  },
  {
    statement: "A customer's table is protected and backed up",
    broken: ({ unprotected }) => list(unprotected),
  },
  {
    statement: 'A user is onboarded by one execution, whose record stays',
    broken: ({ attempts, owners }) => {
      const due = attempts.filter(withOutcome('ONBOARDED')).map(identityOf);
      return due.length <= 1 && owners.join() === due.join()
        ? undefined
        : `on record: ${owners.join(', ')}; ONBOARDED: ${due.join(', ')}`;
    },
  },
  {
    statement: 'A signup ends as its scenario has it, unless something struck or another execution of it ran',
    broken: each((attempt, facts) => {
      if (attempt.role === 'last' || attempt.role === 'before') return false;
      const meetsOthers = facts.attempts.some((other) => other !== attempt && other.role !== 'last');
      const allowed = [
        expectedOf(attempt, facts),
        ...(isStruck(facts, attempt) ? ['FAILED', facts.expected.spared] : []),
        ...(isTooLarge(facts, attempt) ? ['REJECTED'] : []),
        ...(meetsOthers ? ['REJECTED', 'FAILED'] : []),
      ];
      return !allowed.includes(outcomeOf(attempt)) && `not one of ${[...new Set(allowed)].join(', ')}`;
    }),
  },
  {
    statement: 'A user whom nothing strikes is onboarded in the last attempt, or is a customer already',
    broken: each((attempt, { attempts }) => {
      if (attempt.role !== 'last') return false;
      const isCustomer = attempts.some((other) => other !== attempt && outcomeOf(other) === 'ONBOARDED');
      const due = isCustomer ? 'REJECTED' : 'ONBOARDED';
      return outcomeOf(attempt) !== due && `not ${due}`;
    }),
  },
  {
    statement:
      'Signup errors tell of signups that were REJECTED, or FAILED and are undone, and of nothing else',
    broken: ({ attempts, notices }) => {
      const rejected = attempts.filter(withOutcome('REJECTED'));
      const due = new Set(
        attempts.flatMap((attempt) =>
          ['REJECTED', 'FAILED'].map((outcome) =>
            outcomeOf(attempt) === outcome ? `${identityOf(attempt)}/${outcome}` : '',
          ),
        ),
      );
      const told = notices.map((notice) => String(Object(notice).noticeId));
      const silent = rejected.filter(
        (attempt) =>
          !told.includes(`${identityOf(attempt)}/REJECTED`) &&
          Object(attempt.execution.result?.output).notified !== false,
      );
      return list([
        ...told.filter((id) => !due.has(id)),
        ...silent.map((attempt) => `nobody was told of ${label(attempt)}`),
      ]);
    },
  },
];

export const importInvariants: Invariant<ImportFacts>[] = [
  ...common,
  {
    statement: 'An order is started again only after all its attempts ended undone, and under another name',
    broken: ({ orders }) =>
      list(
        orders.flatMap((later, index) =>
          orders
            .slice(0, index)
            .filter(({ name, startDate, stopDate, result }) => {
              if (
                idOf(name) !== idOf(later.name) ||
                later.startDate.getTime() - startDate.getTime() > NAME_MS
              )
                return false;
              const isUndone = Object(result?.output).outcome === 'PAYMENT_DECLINED';
              return name === later.name || !isUndone || !stopDate || stopDate > later.startDate;
            })
            .map(({ name }) => `${later.name} after ${name}`),
        ),
      ),
  },
  {
    statement: 'An import starts an order once at most',
    broken: each((attempt, { attempts, good, orders }) => {
      const { startDate, stopDate = startDate } = attempt.execution;
      const most = attempts.filter(
        ({ execution: other }) => other.startDate <= stopDate && startDate <= (other.stopDate ?? stopDate),
      ).length;
      const begun = orders.filter((order) => beganDuring(order, attempt)).map(({ name }) => idOf(name));
      return list(good.filter((id) => begun.filter((other) => other === id).length > most));
    }),
  },
  {
    statement: 'What is IMPORTED has an order for each good line, and counts each line once',
    broken: each((attempt, facts) => {
      if (outcomeOf(attempt) !== 'IMPORTED') return false;
      const { good, lines, orders } = facts;
      const { startDate, stopDate = startDate, result } = attempt.execution;
      const { total, started, startedAgain, alreadyStarted, halfWay, invalid } = Object(result?.output);
      const begun = orders.filter((order) => beganDuring(order, attempt)).length;
      const claimed = started + startedAgain;
      const isAlone = !isStruck(facts, attempt) && attempt.role !== 'meanwhile' && attempt.role !== 'between';
      return list([
        ...good.filter(
          (id) => !orders.some((order) => idOf(order.name) === id && order.startDate <= stopDate),
        ),
        ...(total === lines && invalid === lines - good.length ? [] : [`${total} lines, ${invalid} invalid`]),
        ...(claimed + alreadyStarted + halfWay === good.length
          ? []
          : ['lines are left out, or counted twice']),
        ...(claimed > begun || (isAlone && claimed < begun) ? [`${claimed} started, not ${begun}`] : []),
      ]);
    }),
  },
  {
    statement:
      'After a repeat that nothing strikes each order of the file runs, has SHIPPED or was just started',
    broken: each((attempt, { good, orders }) => {
      if (attempt.role !== 'last') return false;
      const left = good.filter((id) => {
        const latest = orders.findLast(({ name }) => idOf(name) === id);
        const { status, result } = latest ?? {};
        const isLeft = status === 'RUNNING' || Object(result?.output).outcome === 'SHIPPED';
        return !latest || !(isLeft || beganDuring(latest, attempt));
      });
      return outcomeOf(attempt) === 'IMPORTED' ? list(left) : 'not IMPORTED';
    }),
  },
  {
    statement: 'The topic is told what the output of an import says, and nothing else',
    broken: (facts) => {
      const due = new Map(facts.attempts.map((attempt) => [noticeOf(attempt), attempt]));
      const told = facts.notices.map((notice) => String(Object(notice).noticeId));
      const wrong = facts.notices.filter((notice) => {
        const { noticeId, ...words } = Object(notice);
        const { result } = due.get(noticeId)?.execution ?? {};
        const { notified: _, ...output } = Object(result?.output);
        return !result || (words.outcome !== 'FAILED' && !isDeepStrictEqual(words, output));
      });
      const silent = facts.attempts.filter(
        (attempt) =>
          !told.includes(noticeOf(attempt)) &&
          (asksForRepeat(attempt)
            ? !wasHit(facts, /^NotifyImport$/)
            : Object(attempt.execution.result?.output).notified === true),
      );
      return list([...wrong.map((notice) => JSON.stringify(notice)), ...silent.map(label)]);
    },
  },
  {
    statement: 'An import ends as its scenario has it, unless something struck',
    broken: each((attempt, facts) => {
      if (attempt.role === 'last' || attempt.role === 'before') return false;
      const allowed = [
        expectedOf(attempt, facts),
        ...(isStruck(facts, attempt) && asksForRepeat(attempt) ? ['STUCK'] : []),
        ...(isTooLarge(facts, attempt) ? ['REJECTED'] : []),
      ];
      return !allowed.includes(outcomeOf(attempt)) && `not one of ${allowed.join(', ')}`;
    }),
  },
];

const noticeOf = (attempt: Attempt) =>
  `${identityOf(attempt)}/${asksForRepeat(attempt) ? 'FAILED' : outcomeOf(attempt)}`;

/** The days that are compared. */
const PERIOD_MS = 7 * 86_400_000;

export const reconciliationInvariants: Invariant<ReconciliationFacts>[] = [
  ...common,
  {
    statement: 'A report has each difference of its days, and nothing that matches',
    broken: each((attempt, { planted, reports }, index) => {
      const { startDate, result } = attempt.execution;
      const isDue = planted && startDate.getTime() - planted.at.getTime() <= PERIOD_MS;
      const due = isDue ? [`MONEY_WITHOUT_SHIPMENT ${planted.id}`] : [];
      const found = (reports[index] ?? []).map(({ kind, paymentIntentId }) => `${kind} ${paymentIntentId}`);
      const isRight =
        outcomeOf(attempt) === (isDue ? 'DIFFERENCES' : 'MATCHED') && Object(result?.output).complete;
      return !(isRight && found.join() === due.join()) && `reports ${found.join(', ') || 'nothing'}`;
    }),
  },
  {
    statement: 'Differences are told, and nothing is told of what matches',
    broken: ({ attempts, told }) => {
      const differing = attempts.filter(withOutcome('DIFFERENCES'));
      const tells = (text: string, { execution }: Attempt) => text.includes(`--report ${execution.name} `);
      return list([
        ...differing.filter((attempt) => !told.some((text) => tells(text, attempt))).map(label),
        ...told.filter((text) => !differing.some((attempt) => tells(text, attempt))),
      ]);
    },
  },
  {
    statement: 'A reconciliation changes nothing',
    broken: ({ isChanged }) => (isChanged ? 'something is not as before' : undefined),
  },
];
