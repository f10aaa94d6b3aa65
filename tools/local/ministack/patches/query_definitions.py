"""CloudFormation's AWS::Logs::QueryDefinition: a saved query of Logs Insights, for people in the console.

MiniStack has no API for saved queries, so nothing can read one: that a template with one deploys is all.
"""

import uuid

from ministack.services.cloudformation import provisioners

TYPE = "AWS::Logs::QueryDefinition"


def apply() -> None:
    handlers = provisioners._RESOURCE_HANDLERS
    if TYPE not in handlers:
        handlers[TYPE] = {"create": _create, "update": _update, "delete": _delete}


def _create(logical_id: str, props: dict, stack_name: str) -> tuple:
    _check(props)
    return _identified(str(uuid.uuid4()))


def _update(query_id: str, old_props: dict, props: dict, stack_name: str) -> tuple:
    _check(props)
    return _identified(query_id)


def _delete(query_id: str, props: dict) -> None:
    pass


def _identified(query_id: str) -> tuple:
    return query_id, {"QueryDefinitionId": query_id}


def _check(props: dict) -> None:
    missing = [name for name in ("Name", "QueryString") if not props.get(name)]
    if missing:
        raise ValueError(f"{TYPE}: {' and '.join(missing)} must be given.")
