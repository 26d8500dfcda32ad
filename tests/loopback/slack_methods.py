"""The methods of the Web API that the office uses."""

import json
from collections.abc import Callable
from typing import Any

from tests.loopback.slack_rules import Pace, Refusal, check_message, check_view
from tests.loopback.slack_world import TEAM, WHISPER_SECONDS, WHISPERS, Json, World

Method = Callable[[Json], Json]


class Methods:
    """What the server can do for a bot. All raise Refusal."""

    def __init__(self, world: World, pace: Pace) -> None:
        self.world = world
        self.pace = pace
        self.uploads: dict[str, Json] = {}
        self.sockets: Callable[[], str] = lambda: ""
        self.table: dict[str, Method] = {
            "auth.test": self.auth_test,
            "apps.connections.open": lambda _given: {"url": self.sockets()},
            "chat.postMessage": self.post_message,
            "chat.postEphemeral": self.post_ephemeral,
            "chat.update": self.update,
            "conversations.open": self.open_conversation,
            "conversations.info": self.conversation,
            "users.info": self.user,
            "views.open": self.open_view,
            "views.publish": self.publish,
            "files.info": self.file,
            "files.getUploadURLExternal": self.upload_url,
            "files.completeUploadExternal": self.complete_upload,
        }

    def call(self, name: str, given: Json) -> Json:
        if name not in self.table:
            raise Refusal("unknown_method")
        self.pace.admit_call(name)
        return self.table[name](given)

    def auth_test(self, _given: Json) -> Json:
        bot = self.world.bot
        return {"user": bot.name, "user_id": bot.id, "bot_id": "B0BOT", "team": "试验省安全生产协会", "team_id": TEAM}

    # messages

    def post_message(self, given: Json) -> Json:
        channel = self.world.writable(given.get("channel"))
        text, blocks = given.get("text"), given.get("blocks")
        check_message(text, blocks)
        self.pace.admit_message(channel.id)
        message = self.world.post(channel, {"text": text, "blocks": blocks, "asked": given})
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def post_ephemeral(self, given: Json) -> Json:
        channel, user = self.world.writable(given.get("channel")), self.world.user(given.get("user"))
        check_message(given.get("text"), given.get("blocks"))
        message = {
            "ts": self.world.ts(),
            "channel": channel.id,
            "text": given.get("text"),
            "blocks": given.get("blocks"),
        }
        user.whispers.append(message)
        return {"message_ts": message["ts"]}

    def update(self, given: Json) -> Json:
        channel = self.world.channel(given.get("channel"))
        message = channel.messages.get(str(given.get("ts")))
        if message is None:
            raise Refusal("message_not_found")
        check_message(given.get("text"), given.get("blocks"))
        message |= {"text": given.get("text"), "blocks": given.get("blocks")}
        return {"channel": channel.id, "ts": message["ts"], "text": message["text"]}

    def respond(self, key: str, body: Json) -> tuple[int, str]:
        """A post to a ``response_url``: five times within half an hour."""
        known = self.world.response_urls.get(key)
        if known is None or self.world.clock() - known["at"] > WHISPER_SECONDS:
            return 404, "expired_url"
        if known["uses"] >= WHISPERS:
            return 404, "used_url"
        known["uses"] += 1
        user, shown = self.world.users[known["user"]], known["shown"]
        if body.get("delete_original") or body.get("replace_original"):
            user.whispers[:] = [whisper for whisper in user.whispers if whisper is not shown]
        if not body.get("delete_original"):
            try:
                check_message(body.get("text"), body.get("blocks"))
            except Refusal as refusal:
                return 400, refusal.code
            assert body.get("response_type", "ephemeral") == "ephemeral", "a reply that everybody in the channel sees"
            user.whispers.append({"ts": self.world.ts(), "channel": known["channel"]} | body)
        return 200, "ok"

    # people and places

    def open_conversation(self, given: Json) -> Json:
        return {"channel": {"id": self.world.im(self.world.user(given.get("users"))).id}}

    def conversation(self, given: Json) -> Json:
        channel = self.world.channel(given.get("channel"))
        return {"channel": {"id": channel.id, "is_im": bool(channel.user), "user": channel.user}}

    def user(self, given: Json) -> Json:
        user = self.world.user(given.get("user"))
        return {"user": {"id": user.id, "name": user.name, "locale": user.locale, "is_bot": user.is_bot}}

    # modals

    def open_view(self, given: Json) -> Json:
        view = _object(given.get("view"))
        user = self.world.exchange(given.get("trigger_id"))
        check_view(view)
        user.modal = view | {"id": self.world.number("V"), "hash": self.world.number("h"), "team_id": TEAM}
        return {"view": user.modal}

    def publish(self, given: Json) -> Json:
        view = _object(given.get("view"))
        check_view(view)
        self.world.user(given.get("user_id")).home = view
        return {"view": view}

    # files

    def file(self, given: Json) -> Json:
        file = self.world.files.get(str(given.get("file")))
        if file is None:
            raise Refusal("file_not_found")
        return {"file": file}

    def upload_url(self, given: Json) -> Json:
        name, length = given.get("filename"), int(given.get("length") or 0)
        if not name or length <= 0:
            raise Refusal("invalid_arguments")
        identity = self.world.number("F")
        self.uploads[identity] = {"name": name, "length": length}
        return {"file_id": identity, "upload_url": f"{self.world.url}/upload/{identity}"}

    def uploaded(self, identity: str, content: bytes) -> int:
        """The bytes of a file; the status of the answer."""
        upload = self.uploads.get(identity)
        if upload is None or len(content) != upload["length"]:
            return 400
        upload["content"] = content
        return 200

    def complete_upload(self, given: Json) -> Json:
        files = json.loads(given["files"]) if isinstance(given.get("files"), str) else given.get("files")
        channel = self.world.writable(given.get("channel_id"))
        if str(given.get("channel_id")).startswith("U"):
            raise Refusal("channel_not_found")
        shared = []
        for file in files or ():
            upload = self.uploads.pop(file["id"], None)
            if upload is None or "content" not in upload:
                raise Refusal("file_not_found")
            kept = self.world.keep_file(str(file.get("title") or upload["name"]), upload["content"])
            shared.append(kept)
        self.world.post(channel, {"text": given.get("initial_comment") or "", "blocks": None, "files": shared})
        return {"files": [{"id": file["id"], "title": file["name"]} for file in shared]}


def _object(given: Any) -> Json:
    return json.loads(given) if isinstance(given, str) else dict(given or {})
