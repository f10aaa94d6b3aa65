"""Lets our Step Functions assume a state machine's role as the service does.

The role's trust policy asks for `aws:SourceArn` and `aws:SourceAccount`, which AWS's services send with their
calls and an ordinary AssumeRole cannot carry. The session's name stands for the state machine's.
"""

from ministack.core import iam_evaluator


def apply() -> None:
    evaluate = iam_evaluator.evaluate_trust_policy

    def evaluate_as_service(trust_doc, caller_arn, ctx=None):
        # Only the emulator's root, that is the local cloud itself, may speak for a service.
        if ctx is not None and caller_arn.endswith(":root"):
            account = ctx.principal_account
            session = ctx.service_context.get("sts:rolesessionname")
            machine = f"arn:aws:states:{ctx.region}:{account}:stateMachine:{session}"
            ctx.service_context.setdefault("aws:sourceaccount", account)
            ctx.service_context.setdefault("aws:sourcearn", machine)
        return evaluate(trust_doc, caller_arn, ctx)

    iam_evaluator.evaluate_trust_policy = evaluate_as_service
