/**
 * Checks the Resource of a Task.
 * https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
 */
import type { Check } from './check';

type Pattern = '.sync' | '.sync:2' | '.waitForTaskToken';

const job = ['.sync'] as const;
const callback = ['.waitForTaskToken'] as const;
const requestOnly = [] as const;

/** The optimised integrations, each with the patterns that it supports besides request-response. */
const optimised: ReadonlyMap<string, readonly Pattern[]> = new Map(
  Object.entries<readonly Pattern[]>({
    'apigateway:invoke': callback,
    'athena:getQueryExecution': requestOnly,
    'athena:getQueryResults': requestOnly,
    'athena:startQueryExecution': job,
    'athena:stopQueryExecution': requestOnly,
    'batch:submitJob': job,
    'bedrock:createModelCustomizationJob': job,
    'bedrock:invokeModel': requestOnly,
    'codebuild:batchDeleteBuilds': requestOnly,
    'codebuild:batchGetReports': requestOnly,
    'codebuild:deleteBuildBatch': requestOnly,
    'codebuild:retryBuildBatch': job,
    'codebuild:startBuild': job,
    'codebuild:startBuildBatch': job,
    'codebuild:stopBuild': requestOnly,
    'codebuild:stopBuildBatch': requestOnly,
    'databrew:startJobRun': job,
    'dynamodb:deleteItem': requestOnly,
    'dynamodb:getItem': requestOnly,
    'dynamodb:putItem': requestOnly,
    'dynamodb:updateItem': requestOnly,
    'ecs:runTask': ['.sync', '.waitForTaskToken'],
    'eks:call': requestOnly,
    'eks:createCluster': job,
    'eks:createFargateProfile': job,
    'eks:createNodegroup': job,
    'eks:deleteCluster': job,
    'eks:deleteFargateProfile': job,
    'eks:deleteNodegroup': job,
    'eks:runJob': job,
    'elasticmapreduce:addStep': job,
    'elasticmapreduce:cancelStep': requestOnly,
    'elasticmapreduce:createCluster': job,
    'elasticmapreduce:modifyInstanceFleetByName': requestOnly,
    'elasticmapreduce:modifyInstanceGroupByName': requestOnly,
    'elasticmapreduce:setClusterTerminationProtection': requestOnly,
    'elasticmapreduce:terminateCluster': job,
    'emr-containers:createVirtualCluster': requestOnly,
    'emr-containers:deleteVirtualCluster': job,
    'emr-containers:startJobRun': job,
    'emr-serverless:cancelJobRun': job,
    'emr-serverless:createApplication': job,
    'emr-serverless:deleteApplication': job,
    'emr-serverless:startApplication': job,
    'emr-serverless:startJobRun': job,
    'emr-serverless:stopApplication': job,
    'events:putEvents': callback,
    'glue:startJobRun': job,
    'http:invoke': requestOnly,
    'lambda:invoke': callback,
    'mediaconvert:createJob': job,
    'sagemaker:createEndpoint': requestOnly,
    'sagemaker:createEndpointConfig': requestOnly,
    'sagemaker:createHyperParameterTuningJob': job,
    'sagemaker:createLabelingJob': job,
    'sagemaker:createModel': requestOnly,
    'sagemaker:createProcessingJob': job,
    'sagemaker:createTrainingJob': job,
    'sagemaker:createTransformJob': job,
    'sagemaker:updateEndpoint': requestOnly,
    'sns:publish': callback,
    'sqs:sendMessage': callback,
    'states:startExecution': ['.sync', '.sync:2', '.waitForTaskToken'],
  }),
);

/** SDK integrations. We do not list their services and actions. */
const sdkCall = /^aws-sdk:[a-z0-9]+:[a-z][A-Za-z0-9]*$/;

const functionOrActivity = /^arn:aws[\w-]*:(?:lambda:[^:]*:[^:]*:function|states:[^:]+:[^:]*:activity):./;

/** The part after `arn:aws:states:::`; undefined for other ARNs. */
export const integrationIn = (resource: string): string | undefined =>
  /^arn:aws[\w-]*:states:::(.+)$/.exec(resource)?.[1];

/** A placeholder is accepted, since it may stand for any ARN. */
export const taskResource: Check = (resource, at) => {
  if (typeof resource !== 'string') return [`${at} must be a text.`];
  if (functionOrActivity.test(resource) || /^\$\{\w+\}$/.test(resource)) return [];
  const integration = integrationIn(resource) ?? '';
  const [, action = '', pattern = ''] =
    /^(.+?)(\.sync|\.sync:2|\.waitForTaskToken)?$/.exec(integration) ?? [];
  const offered = sdkCall.test(action) ? callback : optimised.get(action);
  if (!offered)
    return [`${at} is ${resource}, which is no service integration, Lambda function or activity.`];
  return pattern === '' || offered.some((other) => other === pattern)
    ? []
    : [`${at} is ${action} with ${pattern}, which AWS does not offer for it.`];
};
