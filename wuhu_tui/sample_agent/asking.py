"""Questions to the human, through the client."""

from __future__ import annotations

import re

from acp.interfaces import Client
from acp.schema import (
    AcceptElicitationResponse,
    AllowedOutcome,
    ClientCapabilities,
    ElicitationFormSessionMode,
    ElicitationSchema,
    ElicitationStringPropertySchema,
    EnumOption,
    PermissionOption,
    ToolCallUpdate,
)

from wuhu_tui.sample_agent.steps import Ask, AskOption

FIELD = "answer"
FREE_FIELD = "answer_custom"

PERMISSIONS = [
    PermissionOption(option_id="allow-once", name="Yes", kind="allow_once"),
    PermissionOption(option_id="allow-always", name="Yes, always", kind="allow_always"),
    PermissionOption(option_id="reject-once", name="No", kind="reject_once"),
]


def can_ask(capabilities: ClientCapabilities | None) -> bool:
    """Whether the client shows forms to a human."""
    elicitation = capabilities.elicitation if capabilities else None
    return elicitation is not None and elicitation.form is not None


async def ask(client: Client, session: str, question: str, step: Ask) -> str | None:
    """The key of the chosen option, or free text; None when the human gave no answer."""
    mode = ElicitationFormSessionMode(session_id=session, requested_schema=_form(step))
    reply = await client.create_elicitation(message=question, mode=mode)
    if not isinstance(reply, AcceptElicitationResponse):
        return None
    content = reply.content or {}
    answer = content.get(FREE_FIELD) or content.get(FIELD)
    return str(answer) if answer else None


def _form(step: Ask) -> ElicitationSchema:
    if not step.options:
        free = ElicitationStringPropertySchema(type="string")
        return ElicitationSchema(properties={FIELD: free}, required=[FIELD])
    default = next((option.key for option in step.options if option.recommended), None)
    choice = ElicitationStringPropertySchema(
        type="string", one_of=[_choice(o) for o in step.options], default=default
    )
    other = ElicitationStringPropertySchema(type="string", title="Other")
    return ElicitationSchema(properties={FIELD: choice, FREE_FIELD: other})


def _choice(option: AskOption) -> EnumOption:
    return EnumOption(
        const=option.key, title=option.label or option.key, description=option.detail or None
    )


def option_in(step: Ask, question: str, text: str) -> AskOption | None:
    """The one option that a message names, if it names exactly one."""
    words = text.replace(question, " ")
    named = [option for option in step.options if _names(words, option)]
    return named[0] if len(named) == 1 else None


def _names(text: str, option: AskOption) -> bool:
    names = filter(None, (option.key, option.label))
    return any(re.search(rf"(?<!\w){re.escape(n)}(?!\w)", text, re.IGNORECASE) for n in names)


async def permitted(client: Client, session: str, call: ToolCallUpdate) -> bool | None:
    """Whether the human allows the call; None when the request was cancelled."""
    reply = await client.request_permission(session_id=session, tool_call=call, options=PERMISSIONS)
    if not isinstance(reply.outcome, AllowedOutcome):
        return None
    return reply.outcome.option_id.startswith("allow")
