/**
 * Logical ids, by stack, of what holds data, running executions or subscriptions. To change one (to rename or move a
 * construct, or a parent of it) replaces the resource: a machine's running executions end half-way, a table's data
 * stays behind in a table that nobody uses, a topic's subscribers hear nothing any more. Add a line for what is new;
 * before you change or remove one, drain: see "Before a machine is replaced or deleted" in the runbook.
 */
export const logicalIds: Readonly<Record<string, readonly string[]>> = {
  Operations: ['Alarms04B5A0BF', 'Key961B73FD', 'Tickets83B11BB2', 'UndeliveredEvents0A4241A7'],
  Customers: ['Customers6955EA0A', 'OnboardingEvents7DEC0F19'],
  OrderProcessing: [
    'BulkOrdersBucket38F5F86E',
    'BulkOrdersTopicDD62EC88',
    'BulkOrdersWorkflowStateMachineF0ACA064',
    'FulfilmentDeadLettersF030118E',
    'FulfilmentQueue26A1FA60',
    'InventoryCFCBEC24',
    'Key961B73FD',
    'OrderConfirmationD52B5EB6',
    'OrderProcessingStateMachineBBD2C5B3',
    'PaymentFailureD0FFC0A0',
    'PaymentReviewReviewersEA7CDD0B',
    'PaymentReviewReviews268D73A3',
    'PaymentReviewWorkflowStateMachine9E9588CE',
    'Payments130453D3',
    'Reservations25D4BAC6',
    'ValidationFailureAB53481D',
  ],
  Overview: [],
  Reconciliation: ['Bucket83908E77', 'ReconciliationStateMachine40C8A822'],
  SaasOnboarding: [
    'ApiKeys3BB3983D',
    'ClaimTokenKey0041B6A4',
    'IdempotencyC15CBC33',
    'Key961B73FD',
    'SaasOnboardingStateMachine23D090A0',
    'SignupErrors5E770898',
    'StripeConnectionACB81951',
  ],
};
