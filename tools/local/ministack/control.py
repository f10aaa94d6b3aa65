"""What our Step Functions ask of the emulator beyond AWS's own API, under /_local on the same loopback port.

    POST /_local/authorize {principalArn, action, resource, context, session?} -> {allowed, reason}
        Whether a role may do what never reaches the emulator, such as `states:StartExecution`.
    POST /_local/events {Entries} -> as PutEvents
        Events of a service (`aws.states`), which PutEvents refuses from anyone else.
    POST /_local/observed {metrics, logGroup?, events?} -> {}
        What Step Functions writes of an execution: see observed.py.
"""

import asyncio
import json

import observed
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import request_scope
from ministack.services import eventbridge, iam

_TLS = (b"x-forwarded-proto", b"https")


def wrap(app):
    """MiniStack's ASGI application with the questions above before it."""

    async def served(scope, receive, send):
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        question = _QUESTIONS.get(scope["path"])
        if question is None:
            # Policies ask for TLS (aws:SecureTransport). Nothing leaves this machine: the loopback counts as TLS,
            # told to MiniStack in the way of a proxy that ends TLS before it.
            await app({**scope, "headers": [*scope["headers"], _TLS]}, receive, send)
            return
        status, answer = await asyncio.to_thread(_answer, question, await _read(receive))
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return served


def authorize(question: dict) -> dict:
    """Whether the role's policies allow the action; the reason is AWS's wording when they do not."""
    principal, action, resource = (question[key] for key in ("principalArn", "action", "resource"))
    account, role = principal.split(":")[4], _role_name(principal)
    region = resource.split(":")[3] if resource.startswith("arn:") else ""
    caller = f"arn:aws:sts::{account}:assumed-role/{role}/{question.get('session', 'states')}"
    with request_scope(account, region):
        if iam._roles.get_scoped(account, None, role) is None:
            return {"allowed": False, "reason": f"The role {principal} does not exist."}
        context = iam_evaluator.EvalContext(
            principal_arn=caller,
            principal_type="AssumedRole",
            principal_account=account,
            action=action,
            resource_arn=resource,
            region=region,
            secure_transport=True,
            service_context={key.lower(): value for key, value in question.get("context", {}).items()},
        )
        policies = iam_evaluator._gather_role_policies(role, account)
        boundary = iam_evaluator._permissions_boundary(iam._roles, role, account)
        result = iam_evaluator.evaluate(context, policies, *boundary)
    if result.decision == "Allow":
        return {"allowed": True, "reason": result.reason}
    reason = iam_actions.identity_denial_message(action, caller, resource, result.decision == "Deny")
    return {"allowed": False, "reason": reason}


def put_service_events(question: dict) -> dict:
    _, _, body = eventbridge._put_events(question, allow_aws_source=True)
    return json.loads(body)


_QUESTIONS = {
    "/_local/authorize": authorize,
    "/_local/events": put_service_events,
    "/_local/observed": observed.write,
}


def _role_name(arn: str) -> str:
    """Of `…:role/path/name` or `…:assumed-role/name/session`."""
    kind, _, rest = arn.split(":", 5)[5].partition("/")
    return rest.split("/")[0] if kind == "assumed-role" else rest.rsplit("/", 1)[-1]


def _answer(question, body: bytes) -> tuple[int, dict]:
    try:
        return 200, question(json.loads(body))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        return 400, {"message": f"Not a question of this form: {error!r}"}


async def _read(receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body
