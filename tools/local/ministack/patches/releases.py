"""CloudFormation's AWS::StepFunctions::StateMachineVersion and StateMachineAlias, over MiniStack's own API for them.

A gradual shift ends at once: the alias then routes everything to the new version, and no alarm is looked at.
"""

import json

from ministack.services import stepfunctions
from ministack.services.cloudformation import provisioners

from . import DoesNotFit

VERSION = "AWS::StepFunctions::StateMachineVersion"
ALIAS = "AWS::StepFunctions::StateMachineAlias"


def apply() -> None:
    if not hasattr(provisioners, "_REPLACING_PROPERTIES"):
        raise DoesNotFit("Replacement of versions and aliases of state machines")
    _add(VERSION, {"create": _create_version, "delete": _delete_version}, ("StateMachineArn", "StateMachineRevisionId"))
    _add(ALIAS, {"create": _create_alias, "update": _update_alias, "delete": _delete_alias}, ("Name",))


def _add(resource_type: str, handlers: dict, replacing: tuple) -> None:
    """Leaves a type alone that MiniStack has by itself."""
    if resource_type not in provisioners._RESOURCE_HANDLERS:
        provisioners._RESOURCE_HANDLERS[resource_type] = handlers
        provisioners._REPLACING_PROPERTIES[resource_type] = replacing


def _create_version(logical_id: str, props: dict, stack_name: str) -> tuple:
    machine, revision = props["StateMachineArn"], props.get("StateMachineRevisionId")
    versions = [each for each in stepfunctions._state_machine_versions.values() if each["stateMachineArn"] == machine]
    latest = max(versions, key=lambda each: _number(each["stateMachineVersionArn"]), default=None)
    if latest and revision and latest["stateMachineRevisionId"] == revision:
        raise ValueError(f"{VERSION}: {latest['stateMachineVersionArn']} already exists for the revision {revision}")
    published = _call(
        "PublishStateMachineVersion",
        stepfunctions._publish_state_machine_version(
            {"stateMachineArn": machine, "revisionId": revision, "description": props.get("Description", "")}
        ),
    )
    arn = published["stateMachineVersionArn"]
    return arn, {"Arn": arn}


def _number(version_arn: str) -> int:
    return int(version_arn.rsplit(":", 1)[1])


def _delete_version(arn: str, props: dict) -> None:
    _call("DeleteStateMachineVersion", stepfunctions._delete_state_machine_version({"stateMachineVersionArn": arn}))


def _create_alias(logical_id: str, props: dict, stack_name: str) -> tuple:
    created = _call(
        "CreateStateMachineAlias",
        stepfunctions._create_state_machine_alias({"name": props["Name"], **_routing(props)}),
    )
    arn = created["stateMachineAliasArn"]
    return arn, {"Arn": arn}


def _update_alias(arn: str, old_props: dict, props: dict, stack_name: str) -> tuple:
    _call(
        "UpdateStateMachineAlias",
        stepfunctions._update_state_machine_alias({"stateMachineAliasArn": arn, **_routing(props)}),
    )
    return arn, {"Arn": arn}


def _delete_alias(arn: str, props: dict) -> None:
    _call("DeleteStateMachineAlias", stepfunctions._delete_state_machine_alias({"stateMachineAliasArn": arn}))


def _routing(props: dict) -> dict:
    preference = props.get("DeploymentPreference")
    routes = (
        [(preference["StateMachineVersionArn"], 100)]
        if preference
        else [
            (route["StateMachineVersionArn"], int(route["StateMachineVersionWeight"]))
            for route in props.get("RoutingConfiguration") or []
        ]
    )
    return {
        "description": props.get("Description", ""),
        "routingConfiguration": [{"stateMachineVersionArn": arn, "weight": weight} for arn, weight in routes],
    }


def _call(operation: str, response: tuple) -> dict:
    status, _, body = response
    if status >= 400:
        raise ValueError(f"{operation} failed: {body.decode()}")
    return json.loads(body)
