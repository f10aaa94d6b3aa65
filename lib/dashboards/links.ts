/** Addresses in the consoles of AWS, as Markdown for dashboards. The Region is the stack's. */
import { Aws } from 'aws-cdk-lib';

const consoleOf = (service: string) =>
  `https://${Aws.REGION}.console.aws.amazon.com/${service}/home?region=${Aws.REGION}`;

/** The console of CloudWatch wants parts of its addresses encoded twice, the second time with `$` for `%`. */
const encoded = (name: string): string => encodeURIComponent(encodeURIComponent(name)).replaceAll('%', '$');

export const link = (text: string, url: string): string => `[${text}](${url})`;

/** Where the runbook is: a link, unless it has only its path in the repository. */
export const runbookLink = (url: string): string =>
  URL.canParse(url) ? link('runbook', url) : `runbook: ${url}`;

export const machineUrl = (arn: string): string => `${consoleOf('states')}#/statemachines/view/${arn}`;

export const logGroupUrl = (name: string): string =>
  `${consoleOf('cloudwatch')}#logsV2:log-groups/log-group/${encoded(name)}`;

/** Where saved queries are, in folders by stack. */
export const queriesUrl = (): string => `${consoleOf('cloudwatch')}#logsV2:logs-insights`;

export const dashboardUrl = (name: string): string =>
  `${consoleOf('cloudwatch')}#dashboards/dashboard/${name}`;

export const alarmsUrl = (): string => `${consoleOf('cloudwatch')}#alarmsV2:`;
