/**
 * Providers of addresses that live for minutes. The welcome e-mail has a one-time link to an API key and must not go to
 * a mailbox that anybody can open. The list holds the best-known providers, not all.
 */
const DISPOSABLE = new Set([
  '10minutemail.com',
  'discard.email',
  'dispostable.com',
  'fakeinbox.com',
  'getnada.com',
  'guerrillamail.com',
  'guerrillamail.net',
  'mailcatch.com',
  'maildrop.cc',
  'mailinator.com',
  'mailnesia.com',
  'mintemail.com',
  'mohmal.com',
  'sharklasers.com',
  'spam4.me',
  'temp-mail.org',
  'tempmail.com',
  'throwawaymail.com',
  'trashmail.com',
  'yopmail.com',
]);

/** Whether the address belongs to such a domain or to one of its subdomains. */
export function isDisposable(address: string): boolean {
  const labels = address
    .slice(address.lastIndexOf('@') + 1)
    .toLowerCase()
    .split('.');
  return labels.some((_, index) => DISPOSABLE.has(labels.slice(index).join('.')));
}
