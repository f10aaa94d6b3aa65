"""What the local cloud asks of the emulator beyond AWS's own API, under /_local on the same loopback port.

    POST /_local/authorize {principalArn, action, resource, context} -> {allowed, reason}

answers whether a role may do what never reaches the emulator, such as `states:StartExecution`.
"""

import json

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import request_scope
from ministack.services import iam

_TLS = (b"x-forwarded-proto", b"https")


def wrap(app):
    """MiniStack's ASGI application with the endpoints of this file before it."""

    async def served(scope, receive, send):
        if scope["type"] == "http" and scope["path"] == "/_local/authorize":
            status, answer = _answer(await _read(receive))
            await _send(send, status, answer)
            return
        if scope["type"] == "http":
            # Policies ask for TLS (aws:SecureTransport). Nothing leaves this machine: the loopback counts as TLS,
            # told to MiniStack in the way of a proxy that ends TLS before it.
            scope = {**scope, "headers": [*scope["headers"], _TLS]}
        await app(scope, receive, send)

    return served


def authorize(principal_arn: str, action: str, resource: str, context: dict) -> tuple[bool, str]:
    """Whether the role's policies allow the action, and AWS's wording when they do not."""
    _, _, _, region, account, name = resource.split(":", 5) if resource.count(":") >= 5 else ("",) * 6
    account = principal_arn.split(":")[4]
    role = _role_name(principal_arn)
    with request_scope(account, region):
        if iam._roles.get_scoped(account, None, role) is None:
            return False, f"The role {role} does not exist."
        caller = f"arn:aws:sts::{account}:assumed-role/{role}/states"
        result = iam_evaluator.evaluate(
            iam_evaluator.EvalContext(
                principal_arn=caller,
                principal_type="AssumedRole",
                principal_account=account,
                action=action,
                resource_arn=resource,
                region=region,
                secure_transport=True,
                service_context={key.lower(): value for key, value in context.items()},
            ),
            iam_evaluator._gather_role_policies(role, account),
            *iam_evaluator._permissions_boundary(iam._roles, role, account),
        )
    if result.decision == "Allow":
        return True, result.reason
    denied = iam_actions.identity_denial_message(action, caller, resource, result.decision == "Deny")
    return False, denied


def _role_name(arn: str) -> str:
    """Of `…:role/path/name` or `…:assumed-role/name/session`."""
    kind, _, rest = arn.split(":", 5)[5].partition("/")
    return rest.split("/")[0] if kind == "assumed-role" else rest.rsplit("/", 1)[-1]


def _answer(body: bytes) -> tuple[int, dict]:
    try:
        question = json.loads(body)
        allowed, reason = authorize(
            question["principalArn"], question["action"], question["resource"], question.get("context", {})
        )
    except (ValueError, KeyError, TypeError, IndexError) as error:
        return 400, {"message": f"Not a question of the form principalArn, action, resource, context: {error!r}"}
    return 200, {"allowed": allowed, "reason": reason}


async def _read(receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _send(send, status: int, answer: dict) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})
