"""SendEmail asks for permission on the identity it sends from, as at SES: here the address's domain.

MiniStack asks for permission on `*`, which no policy gives that names an identity.
"""

import json

from ministack.core import iam_actions

from . import DoesNotFit

_SEND_EMAIL = "/v2/email/outbound-emails"


def apply() -> None:
    if not hasattr(iam_actions, "_ses_v2_resource_arn"):
        raise DoesNotFit("Permissions to send e-mail")
    resource_of = iam_actions._ses_v2_resource_arn

    def resource_or_identity(method: str, path: str, body: bytes, region: str, account: str) -> str:
        resource = resource_of(method, path, body, region, account)
        if resource != "*" or method != "POST" or path.rstrip("/") != _SEND_EMAIL:
            return resource
        sender = json.loads(body).get("FromEmailAddress") or ""
        return f"arn:aws:ses:{region}:{account}:identity/{sender.rpartition('@')[2]}"

    iam_actions._ses_v2_resource_arn = resource_or_identity
