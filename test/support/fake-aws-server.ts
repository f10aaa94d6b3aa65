// The services that the command line calls, on a port: Step Functions, and CloudFormation for the stacks' outputs.

import http from 'node:http';
import { FakeStepFunctions } from './fake-step-functions';

export interface FakeAws {
  url: string;
  stepFunctions: FakeStepFunctions;
  /** Names of the requested stacks. */
  stacks: string[];
  /** The access keys of the requests' signatures. */
  accessKeys: Set<string>;
  close(): Promise<void>;
}

/** Every stack has these `outputs` and `logGroups`; log groups are keyed by logical id. */
export async function startFakeAws(
  outputs: Record<string, string>,
  logGroups: Record<string, string> = {},
): Promise<FakeAws> {
  const stepFunctions = new FakeStepFunctions();
  const stacks: string[] = [];
  const accessKeys = new Set<string>();
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString();
    accessKeys.add(/Credential=([^/]*)/.exec(request.headers.authorization ?? '')?.[1] ?? 'none');
    const target = request.headers['x-amz-target'];
    if (target) {
      const answer = stepFunctions.respond(String(target), body);
      response
        .writeHead(answer.statusCode, { 'content-type': 'application/x-amz-json-1.0' })
        .end(answer.body);
    } else {
      const query = new URLSearchParams(body);
      stacks.push(query.get('StackName') ?? '');
      const isList = query.get('Action') === 'ListStackResources';
      response
        .writeHead(200, { 'content-type': 'text/xml' })
        .end(isList ? listStackResources(logGroups) : describeStacks(outputs));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    stepFunctions,
    stacks,
    accessKeys,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Lists the log groups, and another resource. */
const listStackResources = (logGroups: Record<string, string>): string => {
  const member = (type: string, id: string, name: string) =>
    `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${name}</PhysicalResourceId>` +
    `<ResourceType>${type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`;
  const members = [
    member(
      'AWS::Lambda::Function',
      'ChargeCard3ED9622A',
      'workflows-dev-OrderProcessing-ChargeCard3ED9622A-1',
    ),
    ...Object.entries(logGroups).map(([id, name]) => member('AWS::Logs::LogGroup', id, name)),
  ];
  return (
    '<ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><ListStackResourcesResult>' +
    `<StackResourceSummaries>${members.join('')}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`
  );
};

const describeStacks = (outputs: Record<string, string>): string => {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return (
    '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>' +
    `<StackName>any</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime>` +
    `<Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
  );
};
