// Names of deployed stacks and of their metrics.

/** Begins every stack's name, so that no stack of another project has it. To change it later means new stacks. */
export const appName = 'workflows';

/** Namespace of the stage's own metrics. */
export const metricNamespace = (stage: string): string => `${appName}/${stage}`;

/** `workflows-prod-OrderProcessing`. @param id the stack's construct id */
export const stackName = (stage: string, id: string): string => `${appName}-${stage}-${id}`;
