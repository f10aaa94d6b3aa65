"""Errors of Node functions keep their name and trace, as Lambda reports them.

Step Functions catches errors by that name (`errorType`); MiniStack reports `Runtime.HandlerError` for all, a
function whose process died included.
"""

import threading

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from . import DoesNotFit

# What the worker writes when a handler rejects or throws, and what we put before it: the error's type as
# Lambda's own runtime interface client reports it.
_REPORTS = (
    ('error: String(err.message || err), trace: err.stack || ""', "err"),
    ("error: e.message, trace: e.stack\n", "e"),
)
_TYPE = "errorType: {0} instanceof Error ? {0}.name : typeof {0}, "

_invocation = threading.local()


def apply() -> None:
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    if "errorType" in script:
        return
    for report, error in _REPORTS:
        if script.count(report) != 1:
            raise DoesNotFit("Names of a Node handler's errors")
        script = script.replace(report, _TYPE.format(error) + report)
    lambda_runtime._NODEJS_WORKER_SCRIPT = script

    invoke = lambda_runtime.Worker.invoke
    execute = lambda_svc._execute_function_warm

    def invoke_and_note(self, *args, **kwargs):
        _invocation.answer = answer = invoke(self, *args, **kwargs)
        return answer

    def execute_and_name(func, event, request_id):
        _invocation.answer = {}
        result = execute(func, event, request_id)
        answer = _invocation.answer
        if not result.get("error"):
            return result
        if answer.get("error") == "Worker process died":
            message = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
            result["body"] = {"errorType": "Runtime.ExitError", "errorMessage": message}
        elif "errorType" in answer:
            result["body"] = {
                "errorType": answer["errorType"],
                "errorMessage": result["body"]["errorMessage"],
                "trace": answer.get("trace", "").split("\n"),
            }
        return result

    lambda_runtime.Worker.invoke = invoke_and_note
    lambda_svc._execute_function_warm = execute_and_name
