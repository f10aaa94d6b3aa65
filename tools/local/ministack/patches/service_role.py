"""CloudFormation makes, changes and deletes resources with the rights of the role that it was given, and no other.

MiniStack takes `RoleARN` and does not look at it. Here each operation on a resource, and each secret that a
template names, is authorised by that role's policies first, and fails as on AWS when something is missing. Without a
role, CloudFormation may do everything.
"""

import contextvars
import functools

import control
from handler_calls import calls
from ministack.services import secretsmanager, tagging
from ministack.services.cloudformation import handlers, provisioners, stacks
from ministack.services.cloudformation.helpers import _p

from . import DoesNotFit

_role = contextvars.ContextVar("service_role", default=None)
_OPERATIONS = ("CreateStack", "UpdateStack", "DeleteStack", "RollbackStack", "CreateChangeSet", "ExecuteChangeSet")
_PATCHED = ("_provision_resource", "_update_resource", "_delete_resource")


def apply() -> None:
    if not all(hasattr(stacks, each) for each in _PATCHED) or "_replacing_change" not in vars(provisioners):
        raise DoesNotFit("The role of CloudFormation")
    for operation in _OPERATIONS:
        handlers._ACTION_HANDLERS[operation] = _with_role(handlers._ACTION_HANDLERS[operation])
    create, update, delete = (getattr(stacks, each) for each in _PATCHED)

    def created(kind, logical_id, props, stack_name):
        _authorize("create", kind, props, provisioners._physical_name(stack_name, logical_id))
        return create(kind, logical_id, props, stack_name)

    def updated(kind, physical_id, old, props, stack_name, logical_id=None, attributes=None):
        if provisioners._replacing_change(kind, old, props):
            _authorize("create", kind, props, provisioners._physical_name(stack_name, logical_id))
        elif old != props:
            _authorize("update", kind, {**old, **props}, physical_id)
        return update(kind, physical_id, old, props, stack_name, logical_id, attributes)

    def deleted(kind, physical_id, props, stack_name=None, logical_id=None):
        _authorize("delete", kind, props, physical_id)
        return delete(kind, physical_id, props, stack_name, logical_id)

    stacks._provision_resource, stacks._update_resource, stacks._delete_resource = created, updated, deleted

    read_secret = secretsmanager.resolve_secret_string

    def secret_read(name, *args, **kwargs):
        _, secret = secretsmanager._resolve(name, use_arn_scope=True)
        if secret and _role.get():
            _ask("secretsmanager:GetSecretValue", secret["ARN"], {})
        return read_secret(name, *args, **kwargs)

    secretsmanager.resolve_secret_string = secret_read


def _with_role(handler):
    """Keeps the role with the stack, for operations that come without one."""

    @functools.wraps(handler)
    def handled(params):
        name = _p(params, "StackName")
        role = _p(params, "RoleARN") or (handlers._resolve_stack(name) or {}).get("RoleARN")
        # The operation's task has this context.
        token = _role.set(role)
        try:
            response = handler(params)
        finally:
            _role.reset(token)
        stack = handlers._resolve_stack(name)
        if role and stack:
            stack["RoleARN"] = role
        return response

    return handled


def _authorize(operation: str, kind: str, props: dict, identifier: str) -> None:
    if _role.get():
        for action, resource, context in calls(kind, operation, props, identifier):
            _ask(action, resource, {**_tags(resource, props), **context})


def _tags(resource: str, props: dict) -> dict:
    """Of one that is not there yet, those that it gets."""
    tags = tagging.resource_tags(resource)
    if tags is None:
        tags = {each["Key"]: each["Value"] for each in props.get("Tags", [])}
    return {f"aws:ResourceTag/{name}": value for name, value in tags.items()}


def _ask(action: str, resource: str, context: dict) -> None:
    question = {"principalArn": _role.get(), "session": "AWSCloudFormation", "action": action, "resource": resource}
    answer = control.authorize({**question, "context": context})
    if not answer["allowed"]:
        raise ValueError(f'Resource handler returned message: "{answer["reason"]}" (HandlerErrorCode: AccessDenied)')
