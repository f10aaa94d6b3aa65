"""Authorises DescribeStateMachineAlias by the alias, as AWS does: MiniStack takes it for a call about everything."""

from ministack.core import iam_actions


def apply() -> None:
    safe_json_field = iam_actions._safe_json_field

    def with_alias(body, name):
        found = safe_json_field(body, name)
        if not found and name == "stateMachineArn":
            return safe_json_field(body, "stateMachineAliasArn")
        return found

    iam_actions._safe_json_field = with_alias
