"""OpenAI's official client against the emulator. Runs in the emulator's environment: scripts/python-sdk-test.sh"""

import json
import os
import sys
import time
import urllib.request

import openai
from databricks.sdk import WorkspaceClient

HOST = os.environ["DATABRICKS_HOST"]
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "spending",
            "description": "Money spent in a period.",
            "parameters": {"type": "object", "properties": {"period": {"type": "string"}}, "required": []},
        },
    }
]


def emulator(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{HOST}/_emulator/{path}", data=data, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def script(*turns, **endpoint):
    emulator("PUT", "serving/scripted", {"turns": list(turns), **endpoint})


def say(*pieces, **turn):
    return {"say": [{"text": piece} for piece in pieces], **turn}


def client(token="dapi-emulator", retries=0):
    return openai.OpenAI(base_url=f"{HOST}/serving-endpoints", api_key=token, max_retries=retries, timeout=5)


def ask(stream=False, text="How much did I spend last month?", model="scripted", caller=None, **fields):
    messages = [{"role": "user", "content": text}]
    return (caller or client()).chat.completions.create(model=model, messages=messages, stream=stream, **fields)


def expect(actual, expected):
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def expect_error(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def text(chunks):
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def test_an_answer_comes_whole():
    script(say("Fourteen", " euros", usage=[5, 2]))
    answer = ask()
    choice = answer.choices[0]
    expect((choice.message.content, choice.finish_reason, choice.message.tool_calls), ("Fourteen euros", "stop", None))
    expect((answer.usage.prompt_tokens, answer.usage.completion_tokens), (5, 2))


def test_an_answer_streams_in_its_own_time():
    script({"say": [{"text": "5 €"}, {"wait_ms": 300}, {"text": " – ok 🙂"}]})
    stream = ask(stream=True)
    arrivals = [(time.monotonic(), chunk) for chunk in stream]
    expect(text(chunk for _, chunk in arrivals), "5 € – ok 🙂")
    expect(arrivals[-1][1].choices[0].finish_reason, "stop")
    if arrivals[-1][0] - arrivals[0][0] < 0.25:
        raise AssertionError("the pieces came together")


def test_calls_stream_in_pieces_and_their_outputs_are_taken():
    call = {"tool_call": {"name": "spending", "arguments": {"period": "last month"}}}
    script({"say": [call, call]}, say("That is 14."))
    calls = {}
    for chunk in ask(stream=True, tools=TOOLS):
        for delta in chunk.choices[0].delta.tool_calls or []:
            held = calls.setdefault(delta.index, {"id": delta.id, "name": delta.function.name, "arguments": ""})
            held["arguments"] += delta.function.arguments or ""
    expect([json.loads(held["arguments"]) for held in calls.values()], [{"period": "last month"}] * 2)
    history = [
        {"role": "user", "content": "How much?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": held["id"], "type": "function", "function": {"name": held["name"], "arguments": held["arguments"]}}
                for held in calls.values()
            ],
        },
        *({"role": "tool", "tool_call_id": held["id"], "content": "14"} for held in calls.values()),
    ]
    answer = client().chat.completions.create(model="scripted", messages=history, tools=TOOLS)
    expect(answer.choices[0].message.content, "That is 14.")
    error = expect_error(
        openai.BadRequestError,
        lambda: client().chat.completions.create(model="scripted", messages=history[:-1], tools=TOOLS),
    )
    expect("has no answer" in error.message, True)


def test_the_endpoints_own_model_calls_the_tool_that_fits():
    answer = ask(model="lakeledger-chat", tools=TOOLS)
    call = answer.choices[0].message.tool_calls[0]
    expect((call.function.name, json.loads(call.function.arguments)), ("spending", {"period": "last month"}))
    history = [
        {"role": "user", "content": "How much did I spend?"},
        {"role": "assistant", "content": None, "tool_calls": [call.model_dump()]},
        {"role": "tool", "tool_call_id": call.id, "content": json.dumps({"summary": "14.00 EUR"})},
    ]
    answer = client().chat.completions.create(model="lakeledger-chat", messages=history, tools=TOOLS)
    expect("14.00 EUR" in answer.choices[0].message.content, True)


def test_refusals_are_errors_of_their_kind():
    script({"fault": {"status": {"code": 429, "retry_after": 7}}})
    error = expect_error(openai.RateLimitError, ask)
    expect(error.response.headers["retry-after"], "7")
    script({"fault": {"status": {"code": 503}}})
    expect(expect_error(openai.InternalServerError, ask).status_code, 503)
    script({"fault": "context_too_long"})
    expect("prompt is too long" in expect_error(openai.BadRequestError, ask).message, True)
    script({"fault": "guardrail"})
    expect(expect_error(openai.BadRequestError, ask).body["finishReason"], "input_guardrail_triggered")
    expect_error(openai.NotFoundError, lambda: ask(model="nowhere"))
    expect_error(openai.PermissionDeniedError, lambda: ask(caller=client("dapi-wrong")))
    script()
    options = {"include_usage": True}
    error = expect_error(openai.BadRequestError, lambda: ask(stream=True, stream_options=options))
    expect('unknown field "stream_options"' in error.message, True)


def test_a_rate_limit_is_waited_for():
    script({"fault": {"status": {"code": 429, "retry_after": 1}}}, say("Now."))
    began = time.monotonic()
    expect(ask(caller=client(retries=1)).choices[0].message.content, "Now.")
    if time.monotonic() - began < 1:
        raise AssertionError("Retry-After was not heard")


def test_an_answer_that_breaks_off_is_an_error():
    script(say("one ", "two ", "three", fault={"cut_after": 2}))
    expect_error(Exception, lambda: list(ask(stream=True)))
    script(say("one ", "two ", fault={"error_after": 2}))
    expect_error(openai.APIError, lambda: list(ask(stream=True)))


def test_responses_come_whole_and_streamed():
    script(say("Four", "teen"), say("Four", "teen"), task="agent/v1/responses")
    expect(client().responses.create(model="scripted", input="How many?").output_text, "Fourteen")
    kinds, words = [], ""
    for event in client().responses.create(model="scripted", input="How many?", stream=True):
        kinds.append(event.type)
        words += event.delta if event.type == "response.output_text.delta" else ""
    expect((words, kinds[0], kinds[-1]), ("Fourteen", "response.created", "response.completed"))


def test_a_machines_token_opens_the_endpoint_too():
    script(say("Hello."))
    token = WorkspaceClient().config.authenticate()["Authorization"].removeprefix("Bearer ")
    expect(ask(caller=client(token)).choices[0].message.content, "Hello.")


def main():
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    failed = 0
    for name, test in tests:
        emulator("POST", "reset")
        try:
            test()
        except Exception as error:
            failed += 1
            print(f"FAILED {name}: {type(error).__name__}: {error}", file=sys.stderr)
        else:
            print(f"ok {name}")
    print(f"openai {openai.__version__}: {len(tests) - failed} of {len(tests)} passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
