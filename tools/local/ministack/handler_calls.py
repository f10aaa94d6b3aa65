"""What CloudFormation calls to make, change or delete a resource: action, resource, and what conditions may ask for.

The actions are AWS's own list (lib/pipeline/handler-permissions.json, of the types that our templates have), for every
property that a type knows. `_ONLY_WITH` leaves out those of properties that the resource does not have, and `calls`
those of services in which it has nothing. All others are asked for, whether this very change needs them or not.
"""

import fnmatch
import json
import pathlib

from ministack.core.responses import get_account_id, get_region

_LISTED = json.loads(
    (pathlib.Path(__file__).parents[3] / "lib/pipeline/handler-permissions.json").read_text()
)

# Properties, and the actions for them alone. `Replicas.1` is a replica in a second Region.
_ONLY_WITH = {
    "AccelerateConfiguration": "s3:PutAccelerateConfiguration",
    "AbacStatus": "s3:PutBucketAbac",
    "AccessControl": "s3:PutBucketAcl s3:PutObjectAcl",
    "AnalyticsConfigurations": "s3:PutAnalyticsConfiguration s3:DeleteBucketAnalyticsConfiguration",
    "BearerTokenAuthenticationEnabled": "logs:PutBearerTokenAuthentication",
    "CapacityProviderConfig": "lambda:PassCapacityProvider",
    "CodeSigningConfigArn": "lambda:GetCodeSigningConfig lambda:PutFunctionCodeS* lambda:DeleteFunctionCodeS*",
    "CorsConfiguration": "s3:PutBucketCORS s3:DeleteBucketCors",
    "DataProtectionPolicy": "*:PutDataProtectionPolicy logs:DeleteDataProtectionPolicy",
    "DeletionProtectionEnabled": "logs:PutLogGroupDeletionProtection",
    "Enabled": "kms:DisableKey kms:EnableKey",
    "FieldIndexPolicies": "logs:PutIndexPolicy logs:DeleteIndexPolicy",
    "FunctionScalingConfig": "lambda:PutFunctionScalingConfig",
    "Groups": "iam:*Group*",
    "IntelligentTieringConfigurations": "s3:PutIntelligentTieringConfiguration",
    "InventoryConfigurations": "s3:PutInventoryConfiguration",
    "KmsKeyId": "logs:AssociateKmsKey logs:DisassociateKmsKey",
    "Layers": "lambda:GetLayerVersion",
    "LogGroupClass": "logs:CreateLogDelivery",
    "LoggingConfiguration": "s3:PutBucketLogging",
    "ManagedPolicyArns": "iam:AttachRolePolicy iam:DetachRolePolicy",
    "MetadataTableConfiguration": "s3:*BucketMetadata*",
    "MetricsConfigurations": "s3:PutMetricsConfiguration s3:DeleteBucketMetricsConfiguration",
    "NotificationConfiguration": "s3:PutBucketNotification",
    "ObjectLockConfiguration": "s3:PutBucketObjectLock*",
    "OwnershipControls": "s3:PutBucketOwnershipControls",
    "PermissionsBoundary": "iam:*RolePermissionsBoundary",
    "ProvisionedConcurrencyConfig": "lambda:PutProvisioned* lambda:DeleteProvisioned*",
    "RecursiveLoop": "lambda:PutFunctionRecursionConfig",
    "Replicas.0.KinesisStreamSpecification": "dynamodb:*KinesisStreamingDestination",
    "Replicas.0.ResourcePolicy": "dynamodb:PutResourcePolicy dynamodb:DeleteResourcePolicy",
    "Replicas.1": "dynamodb:*Item dynamodb:Query dynamodb:Scan dynamodb:DisassociateTableReplica",
    "ReplicationConfiguration": "s3:PutReplicationConfiguration",
    "ResourcePolicyDocument": "logs:PutResourcePolicy logs:DeleteResourcePolicy",
    "RuntimeManagementConfig": "lambda:PutRuntimeManagementConfig",
    "RuntimePolicy": "lambda:PutRuntimeManagementConfig",
    "Subscription": "sns:Subscribe sns:Unsubscribe",
    "Users": "iam:*User*",
    "WebsiteConfiguration": "s3:PutBucketWebsite s3:DeleteBucketWebsite",
    "WriteProvisionedThroughputSettings": "dynamodb:UpdateTableReplicaAutoScaling",
    # AWS does not say what for, or IAM knows no such action.
    "": "lambda:AssociateRuntimeAlias s3:DeleteObject s3:DeleteBucketEncryption s3:DeleteBucketLifecycle "
    "s3:*BucketReplication s3:PutObjectLockConfiguration",
}

# The resource that a type's actions are on: its ARN, and the property with its name.
_RESOURCES = {
    "AWS::CloudWatch::Alarm": ("cloudwatch:{region}:{account}:alarm:", "AlarmName"),
    "AWS::CloudWatch::Dashboard": ("cloudwatch::{account}:dashboard/", "DashboardName"),
    "AWS::DynamoDB::GlobalTable": ("dynamodb:{region}:{account}:table/", "TableName"),
    "AWS::Events::Connection": ("events:{region}:{account}:connection/", "Name"),
    "AWS::Events::Rule": ("events:{region}:{account}:rule/", "Name"),
    "AWS::IAM::ManagedPolicy": ("iam::{account}:policy/", "ManagedPolicyName"),
    "AWS::IAM::Policy": ("iam::{account}:role/", "Roles"),
    "AWS::IAM::Role": ("iam::{account}:role/", "RoleName"),
    "AWS::KMS::Key": ("kms:{region}:{account}:key/", None),
    "AWS::Lambda::Alias": ("lambda:{region}:{account}:function:", "FunctionName"),
    "AWS::Lambda::EventInvokeConfig": ("lambda:{region}:{account}:function:", "FunctionName"),
    "AWS::Lambda::Function": ("lambda:{region}:{account}:function:", "FunctionName"),
    "AWS::Lambda::Permission": ("lambda:{region}:{account}:function:", "FunctionName"),
    "AWS::Lambda::Version": ("lambda:{region}:{account}:function:", "FunctionName"),
    "AWS::Logs::LogGroup": ("logs:{region}:{account}:log-group:", "LogGroupName"),
    "AWS::Logs::MetricFilter": ("logs:{region}:{account}:log-group:", "LogGroupName"),
    "AWS::Logs::QueryDefinition": ("*", None),
    "AWS::S3::Bucket": ("s3:::", "BucketName"),
    "AWS::S3::BucketPolicy": ("s3:::", "Bucket"),
    "AWS::SNS::Topic": ("sns:{region}:{account}:", "TopicName"),
    "AWS::SNS::TopicPolicy": ("sns:{region}:{account}:", "Topics"),
    "AWS::SQS::Queue": ("sqs:{region}:{account}:", "QueueName"),
    "AWS::SQS::QueuePolicy": ("sqs:{region}:{account}:", "Queues"),
    "AWS::Scheduler::Schedule": ("scheduler:{region}:{account}:schedule/", "Name"),
    "AWS::Scheduler::ScheduleGroup": ("scheduler:{region}:{account}:schedule-group/", "Name"),
    "AWS::StepFunctions::StateMachine": ("states:{region}:{account}:stateMachine:", "StateMachineName"),
    "AWS::StepFunctions::StateMachineAlias": ("states:{region}:{account}:stateMachine:", None),
    "AWS::StepFunctions::StateMachineVersion": ("states:{region}:{account}:stateMachine:", "StateMachineArn"),
}

# What AWS authorises for everything, or not at all.
_ON_EVERYTHING = (
    "cloudwatch:DescribeAlarms",
    "kms:CreateKey",
    "kms:ListAliases",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
)


def calls(resource_type: str, operation: str, props: dict, identifier: str):
    """Yields (action, resource, context). `identifier` is the physical id, or the name that a new resource gets."""
    if resource_type not in _LISTED:
        return
    listed = _LISTED[resource_type]
    # CloudFormation looks at what it has made.
    actions = " ".join(listed.get(each, "") for each in {operation, *(["read"] if operation != "delete" else [])})
    resources = _arns(resource_type, props, identifier)
    service = resources[0].split(":")[2] if resources[0] != "*" else ""
    for action in sorted(set(actions.split())):
        if _is_left_out(action, props):
            continue
        if action in _ON_EVERYTHING or resources == ["*"]:
            yield action, "*", {}
        elif action.startswith(f"{service}:"):
            yield from ((action, each, {}) for each in resources)
        else:
            yield from ((action, *each) for each in _elsewhere(action, service, props, resources))


def _elsewhere(action: str, service: str, props: dict, resources: list):
    """Resources of another service, and context: none when the resource has nothing there."""
    if action in ("iam:PassRole", "iam:GetRole"):
        return [(role, {"iam:PassedToService": f"{service}.amazonaws.com"}) for role in _found(props, "Role", "RoleArn")]
    if action == "s3:GetObject" and "S3Key" in props.get("Code", {}):
        return [(f"arn:aws:s3:::{props['Code']['S3Bucket']}/{props['Code']['S3Key']}", {})]
    if action.startswith("kms:"):
        via = {"kms:ViaService": f"{service}.{get_region()}.amazonaws.com"}
        return [(key, via) for key in _found(props, "KMSMasterKeyId")]
    if resources[0].startswith("arn:aws:events:") and ":connection/" in resources[0]:
        if action == "iam:CreateServiceLinkedRole":
            return [("*", {"iam:AWSServiceName": "apidestinations.events.amazonaws.com"})]
        if action.startswith("secretsmanager:"):
            secret = resources[0].replace(":events:", ":secretsmanager:").replace(":connection/", ":secret:events!connection/")
            return [(secret, {})]
    return []


def _arns(resource_type: str, props: dict, identifier: str) -> list:
    if resource_type not in _RESOURCES:
        raise ValueError(f"{resource_type}: add what its actions are on to tools/local/ministack/handler_calls.py")
    prefix, name_property = _RESOURCES[resource_type]
    if prefix == "*":
        return ["*"]
    prefix = "arn:aws:" + prefix.format(region=get_region(), account=get_account_id())
    names = props.get(name_property) or identifier
    return [_arn(prefix, name, props) for name in (names if isinstance(names, list) else [names])]


def _arn(prefix: str, name: str, props: dict) -> str:
    if name.startswith("arn:"):
        return name
    if name.startswith("http"):
        name = name.rsplit("/", 1)[1]
    # MiniStack's own form; CloudFormation's is `<stack>-<logical id>-<random>`.
    if name.startswith("/aws/cloudformation/"):
        name = name.removeprefix("/aws/cloudformation/").replace("/", "-")
    before = [props[each] for each in ("EventBusName", "GroupName") if each in props]
    return prefix + "/".join([*before, name.split("|")[-1]])


def _is_left_out(action: str, props: dict) -> bool:
    with_ = [name for name, actions in _ONLY_WITH.items() if any(fnmatch.fnmatch(action, each) for each in actions.split())]
    return bool(with_) and not any(_has(props, name.split(".")) for name in with_)


def _has(value, path: list) -> bool:
    for name in path:
        if isinstance(value, list):
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value is not None


def _found(value, *names: str) -> list:
    """ARNs in properties of these names, at any depth."""
    if isinstance(value, list):
        return [each for item in value for each in _found(item, *names)]
    if not isinstance(value, dict):
        return []
    here = [each for name, each in value.items() if name in names and str(each).startswith("arn:")]
    return here + [each for item in value.values() for each in _found(item, *names)]
