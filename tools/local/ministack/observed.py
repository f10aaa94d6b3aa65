"""What Step Functions writes of an execution: metrics in AWS/States, and events in the log group of its machine.

MiniStack keeps metric filters but does not apply them. Here they are applied to those events, so that a deployed
pattern counts what it would count on AWS.
"""

import datetime
import json
import re

from ministack.services import cloudwatch, cloudwatch_logs

_STREAM = "executions"


def write(question: dict) -> dict:
    for metric in question["metrics"]:
        _count("AWS/States", metric["name"], metric["value"], _seconds(metric["at"]), metric["dimensions"])
    if question.get("logGroup"):
        _log(question["logGroup"], question["events"])
    return {}


def _log(group: str, events: list) -> None:
    cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": _STREAM})
    cloudwatch_logs._put_log_events(
        {
            "logGroupName": group,
            "logStreamName": _STREAM,
            "logEvents": [{"timestamp": int(each["event_timestamp"]), "message": json.dumps(each)} for each in events],
        }
    )
    for metric_filter in cloudwatch_logs._metric_filters.values():
        if metric_filter["logGroupName"] != group:
            continue
        for event in filter(_pattern(metric_filter["filterPattern"]), events):
            for to in metric_filter["metricTransformations"]:
                at = int(event["event_timestamp"]) / 1000
                _count(to["metricNamespace"], to["metricName"], float(to["metricValue"]), at, {})


def _pattern(pattern: str):
    """Whether an event matches a pattern such as `{ ($.type = "A") && ($.details.name = "B") }`."""
    if "||" in pattern or "*" in pattern:
        raise ValueError(f"Filter patterns are understood with && and = only: {pattern}")
    conditions = re.findall(r'\$\.([\w.]+) = "([^"]*)"', pattern)

    def matches(event: dict) -> bool:
        return all(_member(event, path.split(".")) == value for path, value in conditions)

    return matches


def _member(event, path: list):
    for name in path:
        event = event.get(name) if isinstance(event, dict) else None
    return event


def _count(namespace: str, name: str, value: float, at: float, dimensions: dict) -> None:
    cloudwatch._store_datum(namespace, name, dimensions, at, "None", value, None, None, None)


def _seconds(iso: str) -> float:
    return datetime.datetime.fromisoformat(iso.replace("Z", "+00:00")).timestamp()
