"""What people do in front of a Slack client."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.loopback.slack_world import TEAM, Channel, Json, Parcel, User, World, as_seen, as_slack_writes, labels, words


@dataclass
class Actor:
    """Somebody with a Slack client. What they do in another place than their chat with the bot names that channel."""

    world: World
    user: User

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def im(self) -> Channel:
        return self.world.channels.setdefault(self.user.im, Channel(self.user.im, "directmessage", self.user.id))

    # typing

    def command(self, text: str, channel: Channel | None = None, *, escaped: str | None = None, **more: Any) -> Parcel:
        """``/guild text``."""
        place = channel or self.im
        body = {
            "command": "/guild",
            "text": as_slack_writes(text) if escaped is None else escaped,
            "user_id": self.id,
            "user_name": self.user.name,
            "channel_id": place.id,
            "channel_name": "directmessage" if place.id.startswith("D") else place.name,
            "team_id": TEAM,
            "token": "legacy",
            "trigger_id": self.world.trigger(self.user),
            "response_url": self.world.response_url(self.user, place.id),
        }
        return self.world.hand_over(Parcel("command", body | more, self.user))

    def say(self, text: str, channel: Channel | None = None, *, escaped: str | None = None, **more: Any) -> Parcel:
        """A line in the chat with the bot (or, with ``channel``, in a channel: apps with that right are told)."""
        place = channel or self.im
        event = {
            "type": "message",
            "user": self.id,
            "channel": place.id,
            "channel_type": "im" if place.user else "channel",
            "ts": self.world.ts(),
            "text": as_slack_writes(text) if escaped is None else escaped,
        }
        return self.world.event(event | more, self.user)

    def upload(self, name: str, content: bytes, text: str = "", *, hide: bool = False, **more: Any) -> Parcel:
        """A file in the chat with the bot; with ``hide`` the app has to ask for its description."""
        file = self.world.keep_file(name, content, **more)
        told = {"id": file["id"], "file_access": "check_file_info"} if hide else file
        return self.say(text, subtype="file_share", files=[told])

    def open_home(self, tab: str = "home") -> Parcel:
        event = {"type": "app_home_opened", "user": self.id, "channel": self.user.im, "tab": tab}
        return self.world.event(event, self.user)

    # pressing and filling in

    def press(self, label: str, message: Json | None = None, channel: Channel | None = None, **more: Any) -> Parcel:
        """Press a button of a message: the last one that has it, in the chat or whispered."""
        place = channel or self.im
        candidates = [message] if message else [*place.messages.values(), *self.user.whispers]
        found = [m for m in candidates if label in labels(m)][-1]
        return self.press_element(labels(found)[label], found, place, **more)

    def press_element(self, element: Json, message: Json, channel: Channel | None = None, **more: Any) -> Parcel:
        whispered = message in self.user.whispers
        place = self.world.channels[message["channel"]] if whispered else channel or self.im
        body = {
            "type": "block_actions",
            "user": {"id": self.id, "username": self.user.name, "name": self.user.name},
            "team": {"id": TEAM},
            "token": "legacy",
            "trigger_id": self.world.trigger(self.user),
            "response_url": self.world.response_url(self.user, place.id, message if whispered else None),
            "container": {
                "type": "message",
                "message_ts": message["ts"],
                "channel_id": place.id,
                "is_ephemeral": whispered,
            },
            "channel": {"id": place.id, "name": place.name},
            "actions": [
                {"action_id": element["action_id"], "block_id": "b", "type": "button", "value": element["value"]}
            ],
        }
        if not whispered:
            body["message"] = deepcopy(message)
        return self.world.hand_over(Parcel("interactive", body | more, self.user))

    @property
    def modal(self) -> Json:
        """The modal in front of them."""
        assert self.user.modal is not None, f"{self.user.name} has no modal"
        return self.user.modal

    def fields(self) -> dict[str, Json]:
        """The inputs of the modal."""
        return {block["block_id"]: block for block in self.modal["blocks"] if block["type"] == "input"}

    def fill_in(self, **values: str) -> Parcel:
        """Fill in the modal (what is not named keeps what stands in it) and send it."""
        state: dict[str, Json] = {}
        for name, block in self.fields().items():
            element = block["element"]
            value = values.pop(name, None)
            entered = _entered(element, value)
            empty = not (entered.get("value") or entered.get("selected_option"))
            assert block.get("optional") or not empty, f"the client wants {name}"
            state[name] = {element["action_id"]: entered}
        assert not values, f"the modal has no {values}"
        view = deepcopy(self.modal) | {"state": {"values": state}}
        body = {"type": "view_submission", "view": view, "trigger_id": self.world.trigger(self.user)}
        return self.world.hand_over(Parcel("interactive", body | self._who(), self.user))

    def close_modal(self) -> Parcel | None:
        """Close it with the cross."""
        view, self.user.modal = self.modal, None
        if not view.get("notify_on_close"):
            return None
        body = {"type": "view_closed", "view": view, "is_cleared": False} | self._who()
        return self.world.hand_over(Parcel("interactive", body, self.user))

    def _who(self) -> Json:
        return {"user": {"id": self.id, "name": self.user.name}, "team": {"id": TEAM}, "token": "legacy"}

    # looking

    def seen(self) -> list[Json]:
        """The bot's messages in the chat, as they stand now."""
        return list(self.im.messages.values())

    def texts(self) -> list[str]:
        return [words(message) for message in self.seen()]

    def whispered(self) -> list[str]:
        return [words(message) for message in self.user.whispers]


def _entered(element: Json, value: str | None) -> Json:
    if element["type"] == "static_select":
        initial = element.get("initial_option")
        if value is None:
            return {"type": "static_select", "selected_option": initial}
        chosen = next((o for o in element["options"] if value in (o["value"], as_seen(o["text"]["text"]))), None)
        assert chosen is not None or not value, f"no option {value}"
        return {"type": "static_select", "selected_option": chosen}
    text = element.get("initial_value") if value is None else value
    return {"type": "plain_text_input", "value": text or None}
