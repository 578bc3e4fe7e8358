"""The official Anthropic SDK, unmodified, against a gateway in front of mocks of both vendors."""

import os
import sys

import anthropic
from anthropic import Anthropic

client = Anthropic(base_url=os.environ["YETT_URL"], api_key=os.environ["YETT_KEY"], max_retries=0, timeout=20)

TOOLS = [{
    "name": "get_weather",
    "description": "The weather of a city.",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city"],
    },
}]


def ask(text):
    return [{"role": "user", "content": text}]


def whole(model):
    r = client.messages.create(model=model, max_tokens=200, system="Be brief.", messages=ask("good morning"))
    assert "good morning" in r.content[0].text, r
    assert r.stop_reason == "end_turn", r
    assert r.usage.input_tokens > 0 and r.usage.output_tokens > 0, r
    assert r._request_id, "no request id"


def streamed(model):
    with client.messages.stream(model=model, max_tokens=200, messages=ask("good evening")) as s:
        text = "".join(s.text_stream)
        final = s.get_final_message()
    assert "good evening" in text and final.stop_reason == "end_turn", final
    assert final.usage.output_tokens > 0, final


def tools(model):
    messages = ask("call the tool")
    r = client.messages.create(model=model, max_tokens=200, messages=messages, tools=TOOLS)
    assert r.stop_reason == "tool_use", r
    use = next(b for b in r.content if b.type == "tool_use")
    assert use.name == "get_weather" and "city" in use.input, use
    messages += [
        {"role": "assistant", "content": r.content},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": use.id, "content": "sunny, 21 degrees"}]},
    ]
    r = client.messages.create(model=model, max_tokens=200, messages=messages, tools=TOOLS)
    assert "sunny, 21 degrees" in r.content[0].text, r


def tools_streamed(model):
    with client.messages.stream(model=model, max_tokens=200, messages=ask("call the tool"), tools=TOOLS) as s:
        final = s.get_final_message()
    use = next(b for b in final.content if b.type == "tool_use")
    assert use.id and use.name == "get_weather" and "city" in use.input, final
    assert final.stop_reason == "tool_use", final


def cut(model):
    text = ""
    try:
        with client.messages.stream(model=model, max_tokens=200, messages=ask("[[mock chunks=60 cut=40]] talk")) as s:
            for t in s.text_stream:
                text += t
    except anthropic.APIError:
        assert text, "cut before anything was said"
        return
    raise AssertionError("a cut stream looked complete")


def raises(kind, call):
    try:
        call()
    except kind as e:
        assert e.request_id, "no request id in " + repr(e)
        return e
    raise AssertionError("expected " + kind.__name__)


def errors(model):
    make = client.messages.create
    e = raises(anthropic.NotFoundError, lambda: make(model="claude-9", max_tokens=9, messages=ask("x")))
    assert "claude-mock" in str(e), e
    stranger = client.with_options(api_key="sk-nobody-knows-this-key")
    raises(anthropic.AuthenticationError, lambda: stranger.messages.create(model=model, max_tokens=9, messages=ask("x")))
    raises(anthropic.BadRequestError, lambda: make(model=model, max_tokens=9, messages=[{"role": "user", "content": 7}]))
    raises(anthropic.RateLimitError, lambda: make(model=model, max_tokens=9, messages=ask("[[mock status=429 retry-after=60]]")))
    raises(anthropic.InternalServerError, lambda: make(model=model, max_tokens=9, messages=ask("[[mock status=500]]")))


def others():
    n = client.messages.count_tokens(model="claude-mock", messages=ask("one two three"))
    assert n.input_tokens > 0, n
    ids = [m.id for m in client.models.list()]
    assert "gpt-mock" in ids and "claude-mock" in ids, ids


def main():
    for model in ("claude-mock", "gpt-mock"):
        for case in (whole, streamed, tools, tools_streamed, cut, errors):
            case(model)
            print("ok", case.__name__, model)
    others()
    print("ok others")


main()
sys.exit(0)
