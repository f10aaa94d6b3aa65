"""Connections: the secret that EventBridge keeps for each, and CloudFormation's AWS::Events::Connection.

HTTP Tasks read their connection's values from that secret, named `events!connection/<name>/<id>`. A deauthorised
connection has none; credentials that it is given afterwards are in a new one, with another id. EventBridge tells the
default bus of both.
"""

import json
import uuid
from datetime import datetime, timezone

from ministack.services import eventbridge, secretsmanager
from ministack.services.cloudformation import provisioners

TYPE = "AWS::Events::Connection"

_create_connection = eventbridge._create_connection
_update_connection = eventbridge._update_connection
_deauthorize_connection = eventbridge._deauthorize_connection


def apply() -> None:
    handlers = provisioners._RESOURCE_HANDLERS
    if TYPE in handlers:
        return
    handlers[TYPE] = {"create": _create, "update": _update, "delete": _delete}
    eventbridge._create_connection = _storing(_create_connection)
    eventbridge._update_connection = _storing(_update_connection)
    eventbridge._deauthorize_connection = _forgetting


def _storing(operation):
    """The operation, after which the connection's secret has the credentials that it was given."""

    def stored(data: dict) -> tuple:
        response = operation(data)
        if response[0] < 400 and "AuthParameters" in data:
            connection = eventbridge._connections[data["Name"]]
            _store(connection)
            _tell("Connection Authorized", connection)
        return response

    return stored


def _store(connection: dict) -> None:
    name, value = connection["Name"], _secret_value(connection)
    if not secretsmanager.put_secret_value_in_process(connection.get("SecretArn"), value):
        connection["SecretArn"] = secretsmanager.create_secret_in_process(
            f"events!connection/{name}/{uuid.uuid4()}", value, f"Values of the connection {name}"
        )


def _forgetting(data: dict) -> tuple:
    response = _deauthorize_connection(data)
    if response[0] < 400:
        connection = eventbridge._connections[data["Name"]]
        secretsmanager.delete_secret_in_process(connection.pop("SecretArn", None))
        _tell("Connection Deauthorized", connection)
    return response


def _tell(kind: str, connection: dict) -> None:
    now = datetime.now(timezone.utc)
    detail = {"ConnectionName": connection["Name"], "Timestamp": f"{now:%Y-%m-%d %H:%M:%S} +0000 UTC"}
    entry = {
        "Source": "aws.events",
        "DetailType": kind,
        "Resources": [connection["ConnectionArn"]],
        "Detail": json.dumps(detail),
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def _create(logical_id: str, props: dict, stack_name: str) -> tuple:
    name = props.get("Name") or provisioners._physical_name(stack_name, logical_id, max_len=64)
    _require_success("CreateConnection", eventbridge._create_connection({**props, "Name": name}))
    return name, _attributes(eventbridge._connections[name])


def _update(name: str, old_props: dict, props: dict, stack_name: str) -> tuple:
    if props.get("Name", name) != name:
        raise ValueError(f"{TYPE}: a new name for {name} is not supported here; give it a new logical id.")
    _require_success("UpdateConnection", eventbridge._update_connection({**props, "Name": name}))
    return name, _attributes(eventbridge._connections[name])


def _delete(name: str, props: dict) -> None:
    connection = eventbridge._connections.get(name)
    if connection is None:
        return
    eventbridge._delete_connection({"Name": name})
    secretsmanager.delete_secret_in_process(connection.get("SecretArn"))


def _attributes(connection: dict) -> dict:
    arn = connection["ConnectionArn"]
    return {"Arn": arn, "ArnForPolicy": arn, "SecretArn": connection["SecretArn"]}


def _require_success(operation: str, response: tuple) -> None:
    status, _, body = response
    if status >= 400:
        raise ValueError(f"{TYPE}: {operation} failed: {body.decode()}")


_AUTHORIZATIONS = ("ApiKeyAuthParameters", "BasicAuthParameters", "OAuthParameters")


def _secret_value(props: dict) -> str:
    """The authorization's values, keyed in snake case as EventBridge stores them."""
    parameters = props.get("AuthParameters") or {}
    authorization = next((parameters[key] for key in _AUTHORIZATIONS if key in parameters), {})
    secret = {_snake_case(key): value for key, value in authorization.items()}
    invocation = parameters.get("InvocationHttpParameters")
    if invocation:
        secret["invocation_http_parameters"] = {
            _snake_case(place): [
                {"key": each["Key"], "value": each["Value"], "is_value_secret": each.get("IsValueSecret", False)}
                for each in values
            ]
            for place, values in invocation.items()
        }
    return json.dumps(secret)


def _snake_case(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
