/** The welcome e-mail, as text and as HTML. */
import { CLAIM_DAYS } from '../../contracts/claim-token';
import type { SignupInput } from '../../contracts/types';

export interface WelcomeEmail {
  subject: string;
  text: string;
  html: string;
}

/**
 * The e-mail quotes nothing from the signup, because the address is not confirmed yet and may be a stranger's. `appUrl`
 * has no trailing slash.
 */
export function welcomeEmail(
  { plan }: Pick<SignupInput, 'plan'>,
  token: string,
  appUrl: string,
): WelcomeEmail {
  // Browsers do not send what follows the #. So the token gets into no log and no Referer, and a mail scanner that
  // follows links cannot use it up.
  const link = `${appUrl}/claim#${token}`;
  const ready = `Your account is ready, on the ${plan} plan.`;
  const how = 'Your API key is waiting for you. This link shows it once, so keep it in a safe place:';
  const until = `The link works for ${CLAIM_DAYS} days. If you did not sign up, ignore this message.`;
  return {
    subject: 'Your account is ready',
    text: ['Welcome!', ready, how, link, until].join('\n\n'),
    html: [
      '<!doctype html><html lang="en"><body style="font-family: sans-serif">',
      `<h1>Welcome!</h1><p>${escapeHtml(ready)}</p>`,
      `<p>${how}</p><p><a href="${escapeHtml(link)}">Show my API key</a></p>`,
      `<p>${until}</p></body></html>`,
    ].join('\n'),
  };
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
