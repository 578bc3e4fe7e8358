"""The official OpenAI SDK, unmodified, against a gateway in front of mocks of both vendors."""

import json
import os
import sys

import openai
from openai import OpenAI

base, key = os.environ["YETT_URL"] + "/v1", os.environ["YETT_KEY"]
client = OpenAI(base_url=base, api_key=key, max_retries=0, timeout=20)

TOOLS = [{
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["city"],
        },
    },
}]


def ask(text):
    return [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}]


def whole(model):
    r = client.chat.completions.create(model=model, messages=ask("good morning"), max_tokens=200)
    assert "good morning" in r.choices[0].message.content, r
    assert r.choices[0].finish_reason == "stop", r
    assert r.usage.prompt_tokens > 0 and r.usage.completion_tokens > 0, r
    assert r._request_id, "no request id"


def streamed(model):
    text, usage, finish = "", None, None
    for chunk in client.chat.completions.create(
            model=model, messages=ask("good evening"), max_tokens=200, stream=True,
            stream_options={"include_usage": True}):
        if chunk.usage:
            usage = chunk.usage
        for c in chunk.choices:
            text += c.delta.content or ""
            finish = c.finish_reason or finish
    assert "good evening" in text, text
    assert finish == "stop", finish
    assert usage and usage.completion_tokens > 0, usage


def streamed_without_usage(model):
    for chunk in client.chat.completions.create(model=model, messages=ask("hi"), stream=True):
        assert not chunk.usage, chunk
        assert chunk.choices, chunk


def tools(model):
    messages = ask("call the tool")
    r = client.chat.completions.create(model=model, messages=messages, tools=TOOLS, max_tokens=200)
    m = r.choices[0].message
    assert r.choices[0].finish_reason == "tool_calls", r
    call = m.tool_calls[0]
    assert call.function.name == "get_weather" and "city" in json.loads(call.function.arguments), call
    messages += [m, {"role": "tool", "tool_call_id": call.id, "content": "sunny, 21 degrees"}]
    r = client.chat.completions.create(model=model, messages=messages, tools=TOOLS, max_tokens=200)
    assert "sunny, 21 degrees" in r.choices[0].message.content, r


def tools_streamed(model):
    with client.chat.completions.stream(
            model=model, messages=ask("call the tool"), tools=TOOLS, max_tokens=200) as s:
        for _ in s:
            pass
        final = s.get_final_completion()
    call = final.choices[0].message.tool_calls[0]
    assert call.id and call.function.name == "get_weather", final
    assert "city" in json.loads(call.function.arguments), final
    assert final.choices[0].finish_reason == "tool_calls", final


def cut(model):
    text = ""
    try:
        for chunk in client.chat.completions.create(
                model=model, messages=ask("[[mock chunks=60 cut=40]] talk"), stream=True):
            text += chunk.choices[0].delta.content or "" if chunk.choices else ""
    except openai.APIError as e:
        assert text, "cut before anything was said"
        assert "request" in str(e), e
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
    e = raises(openai.NotFoundError, lambda: client.chat.completions.create(model="gpt-9", messages=ask("x")))
    assert e.code == "model_not_found" and "gpt-mock" in str(e), e
    stranger = client.with_options(api_key="sk-nobody-knows-this-key")
    raises(openai.AuthenticationError, lambda: stranger.chat.completions.create(model=model, messages=ask("x")))
    raises(openai.BadRequestError, lambda: client.chat.completions.create(model=model, messages=[{"role": "user", "content": 7}]))
    raises(openai.RateLimitError, lambda: client.chat.completions.create(
        model=model, messages=ask("[[mock status=429 retry-after=60]]")))
    raises(openai.InternalServerError, lambda: client.chat.completions.create(
        model=model, messages=ask("[[mock status=500]]")))


def others():
    r = client.embeddings.create(model="embed-mock", input=["one", "two"])
    assert len(r.data) == 2 and len(r.data[0].embedding) > 4, r
    r = client.embeddings.create(model="embed-mock", input="one", encoding_format="float")
    assert isinstance(r.data[0].embedding[0], float), r
    ids = [m.id for m in client.models.list()]
    assert "gpt-mock" in ids and "claude-mock" in ids, ids
    assert client.models.retrieve("gpt-mock").id == "gpt-mock"


def main():
    for model in ("gpt-mock", "claude-mock"):
        for case in (whole, streamed, streamed_without_usage, tools, tools_streamed, cut, errors):
            case(model)
            print("ok", case.__name__, model)
    others()
    print("ok others")


main()
sys.exit(0)
