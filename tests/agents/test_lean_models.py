"""Models loaded quickly are the same models; what comes after is built as ever."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
from pydantic import BaseModel
from {room}.lean_models import lean_models

with lean_models():
    import acp

assert not acp.schema.LoadSessionRequest.__pydantic_complete__, "built without being used"
prompt = {{"sessionId": "s", "prompt": [{{"type": "text", "text": "hello"}}]}}
read = acp.PromptRequest.model_validate(prompt)
assert read.prompt[0].text == "hello"
assert read.model_dump(by_alias=True, exclude_none=True, mode="json") == prompt
try:
    acp.PromptRequest.model_validate({{"sessionId": 1}})
except ValueError as error:
    assert "prompt" in str(error)
else:
    raise AssertionError("anything is taken")

class Later(BaseModel, use_attribute_docstrings=True):
    number: int
    '''As ever.'''

assert Later.__pydantic_complete__
print("good")
"""


@pytest.mark.parametrize("room", ["wuhu_tui.agents", "wuhu_tui.sample_agent"])
def test_lean_models_are_the_same_models(room: str) -> None:
    done = subprocess.run(
        (sys.executable, "-W", "error", "-c", PROGRAM.format(room=room)),
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.stdout == "good\n", done.stderr
