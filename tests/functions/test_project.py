"""Projects, prompts, settings that follow the user, and the instructions that models are given."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from functions.project.service import MAX_PROJECTS, MAX_PROMPTS
from tests.support.api import Client, error_code
from tests.support.scripted_provider import ScriptedProvider
from tests.support.statements import counted

NewUser = Callable[[], Client]
MODEL = {"name": "Mine", "base_url": "http://127.0.0.1:9/v1", "model": "m", "api_key": "a-secret-key-1"}


def create_project(user: Client, **fields: Any) -> dict[str, Any]:
    response = user.post("/project/create", **{"name": "Garden", **fields})
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def create_conversation(user: Client, **fields: Any) -> dict[str, Any]:
    response = user.post("/conversation/create", **fields)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def listed(user: Client, **query: Any) -> list[str]:
    return [item["id"] for item in user.get("/conversation", **query).json()["items"]]


def system_prompt(provider: ScriptedProvider) -> str | None:
    first: dict[str, str] = provider.requests[-1].body["messages"][0]
    return first["content"] if first["role"] == "system" else None


def test_projects_are_listed_with_pinned_ones_first_and_archived_ones_last(user: Client) -> None:
    oldest, pinned, archived, newest = (create_project(user, name=name)["id"] for name in "abcd")
    user.post("/project/update", id=pinned, pinned=True)
    user.post("/project/update", id=archived, archived=True)

    items = user.get("/project").json()["items"]

    assert [item["id"] for item in items] == [pinned, newest, oldest, archived]


def test_a_change_of_a_project_leaves_absent_fields_as_they_are(user: Client) -> None:
    config_id = user.post("/model_config/create", **MODEL).json()["id"]
    project = create_project(user, icon="🌱", instructions="In metres.", model_config_id=config_id)

    renamed = user.post("/project/update", id=project["id"], name="Orchard").json()
    assert renamed == {**project, "name": "Orchard", "updated_at": renamed["updated_at"]}

    cleared = user.post("/project/update", id=project["id"], icon=None, model_config_id=None, instructions="").json()
    assert (cleared["icon"], cleared["model_config_id"], cleared["instructions"]) == (None, None, "")


def test_a_project_is_found_by_its_owner_only(user: Client, new_user: NewUser) -> None:
    project_id = create_project(user)["id"]
    stranger = new_user()

    for response in (
        stranger.post("/project/update", id=project_id, name="Mine"),
        stranger.get("/conversation", project_id=project_id),
        stranger.post("/conversation/create", project_id=project_id),
        stranger.post("/conversation/update", id=create_conversation(stranger)["id"], project_id=project_id),
        stranger.post("/prompt/create", command="x", title="X", text="x", project_id=project_id),
    ):
        assert (response.status_code, error_code(response)) == (404, "not_found")
    assert stranger.post("/project/delete", ids=[project_id]).json() == {"deleted": 0}
    assert user.get("/project").json()["items"][0]["name"] == "Garden"


def test_several_conversations_move_and_are_archived_in_one_call(user: Client, new_user: NewUser) -> None:
    project_id = create_project(user)["id"]
    first, second, third, binned = (create_conversation(user)["id"] for _ in range(4))
    strangers = create_conversation(new_user())["id"]
    user.post("/conversation/delete", ids=[binned])

    moved = user.post("/conversation/update_many", ids=[first, second, binned, strangers], project_id=project_id)
    assert moved.json() == {"updated": 2}
    assert set(listed(user, project_id=project_id)) == {first, second}
    assert listed(user, project_id="none") == [third]

    archived = user.post("/conversation/update_many", ids=[second, third], archived=True)
    assert archived.json() == {"updated": 2}
    assert set(listed(user, archived=True)) == {second, third}
    # The other fields and the order of the list stay as they were.
    assert listed(user, project_id=project_id) == [first]

    assert user.post("/conversation/update_many", ids=[first, second], project_id=None).json() == {"updated": 2}
    assert listed(user, archived="any", project_id=project_id) == []
    assert user.post("/conversation/restore", ids=[binned]).json() == {"restored": 1}
    assert binned in listed(user, project_id="none")


def test_several_conversations_do_not_move_to_another_users_project(user: Client, new_user: NewUser) -> None:
    project_id = create_project(new_user())["id"]
    conversation_id = create_conversation(user)["id"]

    response = user.post("/conversation/update_many", ids=[conversation_id], project_id=project_id, archived=True)

    assert (response.status_code, error_code(response)) == (404, "not_found")
    assert listed(user, project_id="none") == [conversation_id]


def test_the_list_is_filtered_by_project(user: Client) -> None:
    project_id = create_project(user)["id"]
    inside = create_conversation(user, project_id=project_id)["id"]
    outside = create_conversation(user)["id"]

    assert listed(user, project_id=project_id) == [inside]
    assert listed(user, project_id="none") == [outside]
    assert sorted(listed(user)) == sorted([inside, outside])

    user.post("/conversation/update", id=outside, project_id=project_id)
    user.post("/conversation/update", id=inside, project_id=None)
    assert listed(user, project_id=project_id) == [outside]


def test_the_page_of_a_project_takes_three_statements_and_the_login_check_of_each_call(
    user: Client, database: Engine
) -> None:
    project_id = create_project(user)["id"]
    for _ in range(3):
        create_conversation(user, project_id=project_id)
    file = {"name": "rules.txt", "media_type": "text/plain", "size": 1, "project_id": project_id}
    assert user.post("/file/create", **file).status_code == 201

    with counted(database) as statements:
        for call in ("/project", f"/conversation?project_id={project_id}", f"/file?project_id={project_id}"):
            assert user.get(call).json()["items"]

    logins = [statement for statement in statements if statement.startswith("SELECT EXISTS (SELECT")]
    assert (len(logins), len(statements)) == (3, 6)


def test_a_search_is_within_the_project(user: Client) -> None:
    project_id = create_project(user)["id"]
    inside = create_conversation(user, project_id=project_id)["id"]
    for conversation_id in (inside, create_conversation(user)["id"]):
        user.post("/conversation/update", id=conversation_id, title="Tomatoes")

    assert listed(user, project_id=project_id, q="tomatoes") == [inside]


def test_a_new_conversation_has_the_model_of_its_project(user: Client) -> None:
    config_id = user.post("/model_config/create", **MODEL).json()["id"]
    project_id = create_project(user, model_config_id=config_id)["id"]

    assert create_conversation(user, project_id=project_id)["model_config_id"] == config_id
    assert create_conversation(user, project_id=project_id, model_config_id=None)["model_config_id"] is None


def test_a_new_conversation_has_the_tools_of_its_project(user: Client) -> None:
    tools = ["fetch_url", {"server_id": "server"}]
    project = create_project(user, tools=tools)
    assert project["tools"] == tools

    assert create_conversation(user, project_id=project["id"])["tools"] == tools
    assert create_conversation(user, project_id=project["id"], tools=["web_search"])["tools"] == ["web_search"]
    assert "tools" not in create_conversation(user, project_id=project["id"], tools=[])

    assert user.post("/project/update", id=project["id"], name="Orchard").json()["tools"] == tools
    assert user.post("/project/update", id=project["id"], tools=None).json()["tools"] is None
    assert "tools" not in create_conversation(user, project_id=project["id"])


def test_a_deleted_project_leaves_its_conversations_or_puts_them_in_the_bin(user: Client) -> None:
    left, binned = create_project(user)["id"], create_project(user)["id"]
    staying = create_conversation(user, project_id=left)["id"]
    going = create_conversation(user, project_id=binned)["id"]

    assert user.post("/project/delete", ids=[left]).json() == {"deleted": 1}
    assert listed(user, deleted=True) == []
    assert user.post("/project/delete", ids=[binned], delete_conversations=True).json() == {"deleted": 1}

    assert listed(user, project_id="none") == [staying]
    assert listed(user, deleted=True) == [going]
    assert user.post("/conversation/restore", ids=[going]).json() == {"restored": 1}
    assert "project_id" not in user.get(f"/conversation/{going}").json()


def test_the_model_is_given_all_instructions_from_the_general_to_the_specific(
    user: Client, provider: ScriptedProvider, settings: Callable[..., None]
) -> None:
    settings(SYSTEM_PROMPT="You work for a nursery.")
    user.post("/user/me/settings", instructions="I am a beginner.")
    project_id = create_project(user, instructions="In metres.")["id"]
    conversation_id = create_conversation(user, project_id=project_id, instructions="About tomatoes.")["id"]

    user.turn("/chat/send", conversation_id=conversation_id, message="Hi", params={"system_prompt": "Be brief."})

    assert system_prompt(provider) == (
        "You work for a nursery.\n\nI am a beginner.\n\nBe brief.\n\nIn metres.\n\nAbout tomatoes."
    )


def test_a_regenerated_reply_is_given_the_instructions_of_now(user: Client, provider: ScriptedProvider) -> None:
    conversation_id = create_conversation(user)["id"]
    reply = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]
    assert system_prompt(provider) is None

    user.post("/conversation/update", id=conversation_id, instructions="In French.")
    user.turn("/chat/regenerate", message_id=reply["assistant_message_id"])

    assert system_prompt(provider) == "In French."


def test_users_see_what_the_model_is_told(user: Client, new_user: NewUser) -> None:
    config_id = user.post("/model_config/create", **MODEL, params={"system_prompt": "Be brief."}).json()["id"]
    project_id = create_project(user, instructions="In metres.", model_config_id=config_id)["id"]
    conversation_id = create_conversation(user, project_id=project_id)["id"]
    user.post("/user/me/settings", instructions="I am a beginner.")

    shown = user.get(f"/conversation/{conversation_id}/instructions").json()["items"]

    assert [(part["source"], part["text"]) for part in shown] == [
        ("user", "I am a beginner."),
        ("model", "Be brief."),
        ("project", "In metres."),
    ]
    assert all(part["tokens"] > 0 for part in shown)
    assert new_user().get(f"/conversation/{conversation_id}/instructions").status_code == 404


def test_settings_follow_the_user(user: Client, new_user: NewUser) -> None:
    empty = user.get("/user/me/settings").json()
    assert set(empty.values()) == {None}

    changed = user.post("/user/me/settings", language="zh-CN", theme="dark", send_key="mod-enter").json()
    assert changed == {**empty, "language": "zh-CN", "theme": "dark", "send_key": "mod-enter"}
    assert user.post("/user/me/settings", theme=None).json() == {**changed, "theme": None}
    assert user.get("/user/me/settings").json() == {**changed, "theme": None}

    other_config = new_user().post("/model_config/create", **MODEL).json()["id"]
    assert user.post("/user/me/settings", default_model_config_id=other_config).status_code == 404
    assert user.post("/user/me/settings", instructions="x" * 8_001).status_code == 422


def test_a_command_is_unique_within_its_project(user: Client) -> None:
    project_id = create_project(user)["id"]
    prompt = {"command": "sow", "title": "Sowing", "text": "When do I sow {{plant}}?"}
    everywhere = user.post("/prompt/create", **prompt).json()
    inside = user.post("/prompt/create", **prompt, project_id=project_id).json()

    for response in (
        user.post("/prompt/create", **prompt),
        user.post("/prompt/create", **prompt, project_id=project_id),
        user.post("/prompt/update", id=inside["id"], project_id=None),
    ):
        assert (response.status_code, error_code(response)) == (409, "command_taken")
    assert user.post("/prompt/update", id=everywhere["id"], title="When to sow").status_code == 200
    assert [item["title"] for item in user.get("/prompt").json()["items"]] == ["When to sow", "Sowing"]


def test_prompts_go_with_their_project(user: Client) -> None:
    project_id = create_project(user)["id"]
    prompt = {"command": "播种", "title": "Sowing", "text": "When?"}
    user.post("/prompt/create", **prompt, project_id=project_id)
    kept = user.post("/prompt/create", **prompt).json()["id"]

    user.post("/project/delete", ids=[project_id])

    assert [item["id"] for item in user.get("/prompt").json()["items"]] == [kept]
    assert user.post("/prompt/delete", ids=[kept]).json() == {"deleted": 1}


def test_a_command_has_no_spaces_or_slashes(user: Client) -> None:
    for command in ("", "two words", "/sow", "a/b", "x" * 65):
        response = user.post("/prompt/create", command=command, title="T", text="t")
        assert (response.status_code, error_code(response)) == (422, "validation_error")


def test_the_numbers_of_projects_and_prompts_are_limited(user: Client) -> None:
    for n in range(MAX_PROJECTS):
        create_project(user, name=f"Project {n}")
    for n in range(MAX_PROMPTS):
        assert user.post("/prompt/create", command=f"c{n}", title="T", text="t").status_code == 201

    refused = user.post("/project/create", name="One more")
    assert (refused.status_code, error_code(refused)) == (403, "project_limit")
    refused = user.post("/prompt/create", command="more", title="T", text="t")
    assert (refused.status_code, error_code(refused)) == (403, "prompt_limit")
