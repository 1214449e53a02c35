"""Databricks' official SDK against the emulator. Runs in the emulator's environment: scripts/python-sdk-test.sh"""

import base64
import json
import os
import sys
import tempfile
import time
import urllib.request
from datetime import datetime, timedelta, timezone

# Nobody's own profile or token decides what is tested here.
os.environ["DATABRICKS_CONFIG_FILE"] = os.path.join(tempfile.mkdtemp(), "none")
for name in ("DATABRICKS_TOKEN", "DATABRICKS_CONFIG_PROFILE", "DATABRICKS_AUTH_TYPE"):
    os.environ.pop(name, None)

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import InternalError, NotFound, PermissionDenied, ResourceDoesNotExist, Unauthenticated
from databricks.sdk.service.serving import ChatMessage, ChatMessageRole
from databricks.sdk.version import __version__

HOST = os.environ["DATABRICKS_HOST"]
CLIENT_ID = os.environ["DATABRICKS_CLIENT_ID"]
ENDPOINT = os.environ["LAKEBASE_ENDPOINT"]
INSTANCE = "lakeledger-db"
BRANCH = "projects/lakeledger/branches/production"
DATABASE_CREDENTIALS = "POST /api/2.0/database/credentials"
POSTGRES_CREDENTIALS = "POST /api/2.0/postgres/credentials"


def emulator(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{HOST}/_emulator/{path}", data=data, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def calls(path):
    return emulator("GET", "state")["requests"].get(path, 0)


def fault(target, action, times=None):
    emulator("POST", "faults", {"http": {target: {"action": action, "times": times}}})


def expect(actual, expected):
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def expect_error(kind, call, text):
    try:
        call()
    except kind as error:
        # A subclass would be another kind of error to a caller.
        expect(type(error), kind)
        if text not in str(error):
            raise AssertionError(f"{text!r} is not in {str(error)!r}") from error
        return
    raise AssertionError(f"no {kind.__name__}")


def machine():
    return WorkspaceClient()


def person():
    return WorkspaceClient(host=HOST, token="dapi-emulator", auth_type="pat")


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def expect_credential(token, expiry, subject, seconds):
    """The token names its holder and workspace, and both ways to tell its end agree."""
    told = claims(token)
    expect((told["sub"], told["aud"]), (subject, "1234567890123456"))
    expect(told["exp"] - told["iat"], seconds)
    expect(int(expiry.timestamp()), told["exp"])
    away = expiry - datetime.now(timezone.utc)
    if not timedelta(seconds=seconds - 60) < away <= timedelta(seconds=seconds + 1):
        raise AssertionError(f"expires in {away}, not in {seconds} s")


def test_a_machine_logs_in_once_for_many_calls():
    client = machine()
    expect(client.config.auth_type, "oauth-m2m")
    me = client.current_user.me()
    expect((me.user_name, me.display_name, me.active), (CLIENT_ID, "lakeledger-app", True))
    client.current_user.me()
    state = emulator("GET", "state")
    expect(state["token_calls"], 1)
    expect(state["requests"]["GET /.well-known/databricks-config"] >= 1, True)
    expect(client.get_workspace_id(), 1234567890123456)


def test_a_token_about_to_expire_is_replaced():
    # The SDK takes a token for expired 40 s before its end.
    emulator("POST", "faults", {"workspace_token_lifetime_seconds": 30})
    client = machine()
    client.current_user.me()
    client.current_user.me()
    expect(emulator("GET", "state")["token_calls"] >= 2, True)


def test_a_lifetime_in_words_is_understood():
    emulator("POST", "faults", {"expires_in_as_text": True})
    expect(machine().current_user.me().user_name, CLIENT_ID)


def test_a_wrong_secret_is_told():
    client = WorkspaceClient(host=HOST, client_id=CLIENT_ID, client_secret="wrong")
    expect_error(ValueError, client.current_user.me, "invalid_client: Client authentication failed")


def test_a_person_logs_in_with_a_token():
    client = person()
    me = client.current_user.me()
    expect((me.user_name, me.emails[0].value), ("dev@example.com", "dev@example.com"))
    expect(emulator("GET", "state")["token_calls"], 0)
    wrong = WorkspaceClient(host=HOST, token="dapi-wrong", auth_type="pat")
    expect_error(PermissionDenied, wrong.current_user.me, "Invalid access token.")


def test_a_revoked_token_is_not_authenticated():
    client = machine()
    client.current_user.me()
    emulator("POST", "revoke", {"workspace_tokens": True})
    expect_error(Unauthenticated, client.current_user.me, "Credential was not sent")


def test_a_provisioned_credential_is_generated():
    credential = machine().database.generate_database_credential(request_id="1", instance_names=[INSTANCE])
    expiry = datetime.fromisoformat(credential.expiration_time.replace("Z", "+00:00"))
    expect_credential(credential.token, expiry, CLIENT_ID, 3600)
    expect(emulator("GET", "state")["mints"], {"provisioned": 1, "autoscaling": 0})


def test_provisioned_instances_are_found():
    database = machine().database
    instance = database.get_database_instance(INSTANCE)
    expect((instance.name, instance.state.value), (INSTANCE, "AVAILABLE"))
    expect(instance.read_write_dns, os.environ["PGHOST"])
    expect(database.find_database_instance_by_uid(uid=instance.uid).name, INSTANCE)
    names = [found.name for found in database.list_database_instances(page_size=1)]
    expect(names, [INSTANCE, "reporting-db", "staging-db"])
    expect(calls("GET /api/2.0/database/instances"), 3)


def test_an_autoscaling_credential_is_generated():
    credential = person().postgres.generate_database_credential(ENDPOINT)
    expiry = credential.expire_time.ToDatetime(tzinfo=timezone.utc)
    expect_credential(credential.token, expiry, "dev@example.com", 3600)
    expect(emulator("GET", "state")["mints"], {"provisioned": 0, "autoscaling": 1})


def test_autoscaling_objects_are_found():
    postgres = machine().postgres
    projects = [project.name for project in postgres.list_projects(page_size=2)]
    expect(projects, ["projects/lakeledger", "projects/sandbox", "projects/staging"])
    expect(postgres.get_project("projects/lakeledger").status.display_name, "lakeledger")
    branches = list(postgres.list_branches("projects/lakeledger"))
    expect([branch.name for branch in branches], [BRANCH, "projects/lakeledger/branches/dev"])
    expect((branches[0].status.default, branches[0].status.current_state.value), (True, "READY"))
    expect(postgres.get_branch(BRANCH).name, BRANCH)
    expect([endpoint.name for endpoint in postgres.list_endpoints(BRANCH)], [ENDPOINT])
    endpoint = postgres.get_endpoint(ENDPOINT)
    expect(endpoint.status.hosts.host, os.environ["PGHOST"])
    expect(endpoint.status.current_state.value, "ACTIVE")
    databases = [database.status.postgres_database for database in postgres.list_databases(BRANCH)]
    expect(databases, ["databricks_postgres"])
    roles = [role.status.postgres_role for role in postgres.list_roles(BRANCH)]
    expect(roles, [CLIENT_ID, "dev@example.com"])


def test_an_app_finds_its_database():
    app = machine().apps.get("lakeledger")
    expect(app.resources[0].postgres.branch, BRANCH)
    expect(app.service_principal_client_id, CLIENT_ID)


def test_what_is_missing_is_not_found():
    client = machine()
    expect_error(NotFound, lambda: client.database.get_database_instance("nowhere"), "DatabaseInstance not found: nowhere")
    expect_error(NotFound, lambda: client.postgres.get_project("projects/nowhere"), "project id not found")
    expect_error(ResourceDoesNotExist, lambda: client.apps.get("nowhere"), "App with name nowhere does not exist")
    expect_error(
        NotFound,
        lambda: client.database.generate_database_credential(instance_names=["nowhere"]),
        "DatabaseInstance not found: nowhere",
    )


def test_a_forbidden_mint_is_denied_without_a_second_try():
    fault("credentials", {"status": {"code": 403}})
    client = person()
    generate = lambda: client.database.generate_database_credential(instance_names=[INSTANCE])
    expect_error(PermissionDenied, generate, "User does not have permission")
    expect(calls(DATABASE_CREDENTIALS), 1)


def test_an_internal_error_is_not_retried():
    fault("credentials", {"status": {"code": 500}})
    generate = lambda: person().postgres.generate_database_credential(ENDPOINT)
    expect_error(InternalError, generate, "An internal error occurred.")
    expect(calls(POSTGRES_CREDENTIALS), 1)


def test_too_many_requests_are_retried_after_the_time_that_was_given():
    fault("credentials", {"status": {"code": 429, "retry_after": {"seconds": 2}}}, times=2)
    began = time.monotonic()
    credential = person().postgres.generate_database_credential(ENDPOINT)
    took = time.monotonic() - began
    expect(claims(credential.token)["sub"], "dev@example.com")
    expect(calls(POSTGRES_CREDENTIALS), 3)
    expect(emulator("GET", "state")["mints"]["autoscaling"], 1)
    # Without the header the SDK would wait 1 s and at most another at random, twice.
    if took < 4:
        raise AssertionError(f"retried after {took:.1f} s, not after 2 s twice")


def test_an_unavailable_service_is_retried():
    fault("me", {"status": {"code": 503, "retry_after": {"seconds": 1}}}, times=1)
    expect(person().current_user.me().user_name, "dev@example.com")
    expect(calls("GET /api/2.0/preview/scim/v2/Me"), 2)


def test_a_mint_that_answers_a_web_page_fails():
    fault("credentials", "html")
    try:
        credential = person().postgres.generate_database_credential(ENDPOINT)
    except Exception:
        return
    raise AssertionError(f"a credential came of it: {credential.token is not None}")


def test_serving_endpoints_are_listed_and_read():
    endpoints = machine().serving_endpoints
    tasks = {endpoint.name: endpoint.task for endpoint in endpoints.list()}
    expect(tasks["lakeledger-chat"], "llm/v1/chat")
    expect(tasks["lakeledger-agent"], "agent/v1/responses")
    endpoint = endpoints.get("lakeledger-chat")
    expect((endpoint.state.ready.value, endpoint.permission_level.value), ("READY", "CAN_QUERY"))
    expect(endpoint.config.served_entities[0].foundation_model.name, "emulated-model")
    expect_error(ResourceDoesNotExist, lambda: endpoints.get("nowhere"), "The given endpoint does not exist")


def question(text):
    return [ChatMessage(role=ChatMessageRole.USER, content=text)]


def test_an_endpoint_is_queried():
    turn = {"say": [{"text": "Four"}, {"text": "teen."}], "usage": [5, 2]}
    emulator("PUT", "serving/scripted", {"turns": [turn]})
    answer = machine().serving_endpoints.query("scripted", messages=question("How many?"), max_tokens=20)
    expect(answer.choices[0].message.content, "Fourteen.")
    expect(answer.usage.total_tokens, 7)
    expect(answer.served_model_name, "emulated-model")
    request = emulator("GET", "serving/scripted/requests")["requests"][0]
    expect((request["messages"], request["max_tokens"]), ([{"role": "user", "content": "How many?"}], 20))


def test_a_rate_limited_query_is_made_again():
    limited = {"fault": {"status": {"code": 429, "retry_after": 1}}}
    emulator("PUT", "serving/scripted", {"turns": [limited, {"say": [{"text": "Later."}]}]})
    answer = machine().serving_endpoints.query("scripted", messages=question("Now?"))
    expect(answer.choices[0].message.content, "Later.")
    expect(calls("POST /serving-endpoints/scripted/invocations"), 2)


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
    print(f"databricks-sdk {__version__}: {len(tests) - failed} of {len(tests)} passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
