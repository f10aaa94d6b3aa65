"""CloudFormation's AWS::Events::Connection, with the secret that EventBridge keeps for it.

HTTP Tasks read their connection's values from that secret, named `events!connection/<name>/<id>`.
"""

import json
import uuid

from ministack.services import eventbridge, secretsmanager
from ministack.services.cloudformation import provisioners

TYPE = "AWS::Events::Connection"


def apply() -> None:
    handlers = provisioners._RESOURCE_HANDLERS
    if TYPE not in handlers:
        handlers[TYPE] = {"create": _create, "update": _update, "delete": _delete}


def _create(logical_id: str, props: dict, stack_name: str) -> tuple:
    name = props.get("Name") or provisioners._physical_name(stack_name, logical_id, max_len=64)
    _require_success("CreateConnection", eventbridge._create_connection({**props, "Name": name}))
    connection = eventbridge._connections[name]
    connection["SecretArn"] = secretsmanager.create_secret_in_process(
        f"events!connection/{name}/{uuid.uuid4()}", _secret_value(props), f"Values of the connection {name}"
    )
    return name, _attributes(connection)


def _update(name: str, old_props: dict, props: dict, stack_name: str) -> tuple:
    if props.get("Name", name) != name:
        raise ValueError(f"{TYPE}: a new name for {name} is not supported here; give it a new logical id.")
    _require_success("UpdateConnection", eventbridge._update_connection({**props, "Name": name}))
    connection = eventbridge._connections[name]
    secretsmanager.put_secret_value_in_process(connection["SecretArn"], _secret_value(props))
    return name, _attributes(connection)


def _delete(name: str, props: dict) -> None:
    connection = eventbridge._connections.get(name)
    if connection is None:
        return
    eventbridge._delete_connection({"Name": name})
    secretsmanager.delete_secret_in_process(connection["SecretArn"])


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
