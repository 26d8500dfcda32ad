"""The Bot API methods of the loopback Telegram: parameters in, result out, Refusal for what Telegram refuses."""

from collections.abc import Callable
from typing import Any

from tests.loopback.telegram_rules import (
    ANSWER,
    UPLOAD,
    Pace,
    Refusal,
    bad,
    check_commands,
    check_keyboard,
    formatted,
)
from tests.loopback.telegram_world import Chat, Json, World


class Methods:
    """One method for each of the API's; names are theirs in small letters."""

    def __init__(self, world: World, pace: Pace) -> None:
        self.world = world
        self.pace = pace
        self.menus: dict[str, list[Json]] = {}
        self.descriptions: dict[str, str] = {}
        self.webhook: Json = {"url": ""}
        self.answered: list[Json] = []

    def find(self, name: str) -> Callable[[Json], Any]:
        """The method of an API name. Raises Refusal 404."""
        found = getattr(self, "api_" + name.lower(), None)
        if found is None:
            raise Refusal(404, "Not Found")
        return found  # type: ignore[no-any-return]

    def _open(self, parameters: Json) -> Chat:
        """The chat that the bot may write in."""
        chat = self.world.chat(parameters.get("chat_id"))
        if chat.migrated_to is not None:
            raise Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        if chat.kicked:
            raise Refusal(403, "Forbidden: bot was kicked from the supergroup chat")
        if chat.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if not chat.opened:
            raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def _send(self, parameters: Json, content: Callable[[], Json]) -> Json:
        chat = self._open(parameters)
        made = content()
        check_keyboard(parameters.get("reply_markup"))
        self.pace.admit(chat.id)
        for name in ("reply_markup", "message_thread_id", "link_preview_options", "reply_parameters"):
            if name in parameters:
                made[name] = parameters[name]
        return self.world.new_message(chat, self.world.bot, made)

    def api_getme(self, _parameters: Json) -> Json:
        return self.world.bot | {"can_join_groups": True, "can_read_all_group_messages": False}

    def api_sendmessage(self, parameters: Json) -> Json:
        def content() -> Json:
            text, entities = formatted(str(parameters.get("text", "")), parameters)
            return {"text": text} | ({"entities": entities} if entities else {})

        return self._send(parameters, content)

    def _file(self, parameters: Json, kind: str) -> Json:
        sent = parameters.get(kind)
        if isinstance(sent, tuple):
            name, data = sent
            if not data:
                raise bad("file must be non-empty")
            if len(data) > UPLOAD:
                raise Refusal(413, "Request Entity Too Large")
            described = self.world.keep_file(name, data)
        else:
            name, data = self.world.files[str(sent)]
            described = self.world.keep_file(name, data)
        caption, entities = formatted(str(parameters.get("caption", "")), parameters, caption=True)
        shown = {"caption": caption} | ({"caption_entities": entities} if entities else {}) if caption else {}
        return {kind: [described | {"width": 1, "height": 1}] if kind == "photo" else described} | shown

    def api_senddocument(self, parameters: Json) -> Json:
        return self._send(parameters, lambda: self._file(parameters, "document"))

    def api_sendphoto(self, parameters: Json) -> Json:
        return self._send(parameters, lambda: self._file(parameters, "photo"))

    def api_sendchataction(self, parameters: Json) -> bool:
        self._open(parameters)
        return True

    def _own(self, parameters: Json) -> Json:
        chat = self._open(parameters)
        message = chat.messages.get(int(parameters.get("message_id", 0)))
        if message is None:
            raise bad("message to edit not found")
        if not message.get("from", {}).get("is_bot"):
            raise bad("message can't be edited")
        return message

    def api_editmessagetext(self, parameters: Json) -> Json:
        message = self._own(parameters)
        text, entities = formatted(str(parameters.get("text", "")), parameters)
        check_keyboard(parameters.get("reply_markup"))
        if text == message.get("text") and parameters.get("reply_markup") == message.get("reply_markup"):
            raise bad("message is not modified")
        self.pace.admit(message["chat"]["id"])
        message |= {"text": text, "entities": entities, "reply_markup": parameters.get("reply_markup")}
        return message

    def api_editmessagereplymarkup(self, parameters: Json) -> Json:
        message = self._own(parameters)
        check_keyboard(parameters.get("reply_markup"))
        if not parameters.get("reply_markup") and not message.get("reply_markup"):
            raise bad("message is not modified")
        message["reply_markup"] = parameters.get("reply_markup")
        return message

    def api_deletemessage(self, parameters: Json) -> bool:
        message = self._own(parameters)
        del self.world.chat(parameters["chat_id"]).messages[message["message_id"]]
        return True

    def api_answercallbackquery(self, parameters: Json) -> bool:
        known = [u["callback_query"]["id"] for u in self.world.every_update if "callback_query" in u]
        if parameters.get("callback_query_id") not in known:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(str(parameters.get("text", ""))) > ANSWER:
            raise bad("MESSAGE_TOO_LONG")
        self.answered.append(parameters)
        return True

    def api_getfile(self, parameters: Json) -> Json:
        return self.world.file(str(parameters.get("file_id")))

    def api_setmycommands(self, parameters: Json) -> bool:
        check_commands(parameters.get("commands", []))
        self.menus[str(parameters.get("language_code", ""))] = parameters.get("commands", [])
        return True

    def api_getmycommands(self, parameters: Json) -> list[Json]:
        return self.menus.get(str(parameters.get("language_code", "")), [])

    def api_deletemycommands(self, parameters: Json) -> bool:
        self.menus.pop(str(parameters.get("language_code", "")), None)
        return True

    def _describe(self, parameters: Json, limit: int) -> bool:
        text = str(parameters.get("description", parameters.get("short_description", "")))
        if len(text) > limit:
            raise bad("description is too long")
        self.descriptions[str(parameters.get("language_code", ""))] = text
        return True

    def api_setmydescription(self, parameters: Json) -> bool:
        return self._describe(parameters, 512)

    def api_setmyshortdescription(self, parameters: Json) -> bool:
        return self._describe(parameters, 120)

    def api_setwebhook(self, parameters: Json) -> bool:
        self.webhook = {"url": ""} | parameters
        self.world.allowed = parameters.get("allowed_updates")
        return True

    def api_deletewebhook(self, parameters: Json) -> bool:
        self.webhook = {"url": ""}
        if parameters.get("drop_pending_updates") is True:
            self.world.updates.clear()
        return True

    def api_getwebhookinfo(self, _parameters: Json) -> Json:
        shown = {"url": self.webhook["url"], "has_custom_certificate": False}
        return shown | {"pending_update_count": len(self.world.updates)}
