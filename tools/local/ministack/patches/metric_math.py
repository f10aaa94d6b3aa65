"""CloudFormation's AWS::CloudWatch::Alarm with metric math. Such an alarm deploys, and never leaves INSUFFICIENT_DATA.

MiniStack evaluates alarms on single metrics only. What an alarm's expression says is tested without it.
"""

from ministack.services.cloudformation import provisioners

from . import DoesNotFit


def apply() -> None:
    if not hasattr(provisioners, "_cw_metric_alarm_record"):
        raise DoesNotFit("Alarms with metric math")
    original = provisioners._cw_metric_alarm_record

    def record(name: str, props: dict) -> dict:
        try:
            return original(name, props)
        except ValueError:
            if not props.get("Metrics"):
                raise
        _check(props["Metrics"])
        single = {**props, "Metrics": None, "MetricName": "-", "Namespace": "-"}
        # Without the name of a metric, MiniStack leaves an alarm alone when it evaluates the others.
        return {**original(name, single), "MetricName": "", "Namespace": "", "Metrics": props["Metrics"]}

    provisioners._cw_metric_alarm_record = record


def _check(metrics: list) -> None:
    returned = [each for each in metrics if str(each.get("ReturnData", True)).lower() != "false"]
    if len(returned) != 1:
        raise ValueError("AWS::CloudWatch::Alarm: exactly one of Metrics must return data.")
