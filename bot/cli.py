"""The ``guildhall`` command."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from bot import grade_cli
from core.config import Settings
from core.errors import AppError
from core.i18n import DEFAULT_LANGUAGE, LANGUAGES, _, speaking, terminal_language

DONE, FAILED, REFUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command; returns the exit status (0 done, 2 refused, 1 failed)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    with speaking(terminal_language()):
        try:
            if given[:1] == ["do"]:
                return _do(given[1:])
            options = _parser().parse_args(given)
            run: Callable[[argparse.Namespace], int] = options.run
            return run(options)
        except AppError as refusal:
            print(refusal.text, file=sys.stderr)
            return REFUSED
        except ValidationError as wrong:
            print(_wrong_settings(wrong), file=sys.stderr)
            return REFUSED
        except OperationalError as trouble:
            print(_("The database cannot be used: {trouble}").format(trouble=trouble.orig), file=sys.stderr)
            return FAILED
        except KeyboardInterrupt:
            return FAILED


def _wrong_settings(wrong: ValidationError) -> str:
    """Which settings cannot be read, and why; never what was set."""
    lines = [_("These settings cannot be read:")]
    lines += [f"GUILDHALL_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in wrong.errors()]
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="guildhall", description="The office of an industry association, run from chat."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    _add_conversations(commands)
    _add_operations(commands)
    grade_cli.add_to(commands)
    return parser


def _add_conversations(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = commands.add_parser("demo", help="play a month of an association, then stay open as a chat")
    demo.set_defaults(run=_demo)

    init = commands.add_parser("init", help="create an association and its first secretary-general")
    init.add_argument("--association", required=True, metavar="NAME")
    init.add_argument("--code", required=True, help="unified social credit code of the association")
    init.add_argument("--admin", required=True, metavar="NAME", help="name of the first secretary-general")
    init.add_argument("--code-word", default="", help="code word (代字) of its documents, for example 浙安协")
    init.add_argument(
        "--language", choices=LANGUAGES, default=DEFAULT_LANGUAGE, help="of the association; people may choose"
    )
    init.set_defaults(run=_init)

    chat = commands.add_parser("chat", help="talk with the office at this terminal")
    chat.add_argument("--as", dest="person", required=True, metavar="NAME")
    chat.add_argument("--association", metavar="CODE")
    chat.set_defaults(run=_chat)

    commands.add_parser("do", help="one command: guildhall do WORDS… --as NAME [--file PATH] [--json] [--yes]")


def _add_operations(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser("serve", help="run the configured platforms, delivery, timers and the portal")
    serve.add_argument("parts", nargs="*", metavar="PART", help="telegram slack delivery timers portal (default: all)")
    serve.set_defaults(run=_serve)

    doctor = commands.add_parser("doctor", help="what is configured, reachable, pending and failing")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(run=_doctor)

    backup = commands.add_parser("backup", help="a consistent copy of the data directory's database and key")
    backup.add_argument("target", type=Path)
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="put a backup in place; what was waiting to be sent is held")
    restore.add_argument("source", type=Path)
    restore.set_defaults(run=_restore)

    screen = commands.add_parser("screen", help="read a text for misuse of administrative authority; needs no database")
    screen.add_argument("--json", action="store_true", help="one JSON object instead of words")
    screen.add_argument("--jsonl", type=Path, metavar="FILE", help="a file of lines with id and text, one answer each")
    screen.add_argument(
        "--try", type=Path, dest="rules", metavar="RULES", help="what a file of rules would change there"
    )
    screen.set_defaults(run=_screen)

    verify = commands.add_parser("verify", help="recompute every audit chain")
    verify.add_argument("--heads", type=Path, help="file of published heads, as written to the data directory")
    verify.set_defaults(run=_verify)


def _do(given: list[str]) -> int:
    """Words and options in any order; whatever is not an option of ours is part of the typed line."""
    from bot import oneshot
    from bot.app import open_house

    own = argparse.ArgumentParser(prog="guildhall do", allow_abbrev=False)
    own.add_argument("--as", dest="person", required=True, metavar="NAME")
    own.add_argument("--association", metavar="CODE")
    own.add_argument("--file", type=Path)
    own.add_argument("--json", action="store_true")
    own.add_argument("--yes", action="store_true")
    options, words = own.parse_known_args(given)
    if options.file is not None and not options.file.is_file():
        own.error(f"there is no file {options.file}")
    settings = Settings()
    order = oneshot.Order(words, options.person, options.association, options.file, options.json, options.yes)
    shown, status = oneshot.carry_out(open_house(settings), order, settings.data_dir / "files")
    print(shown)
    return status


def _demo(_options: argparse.Namespace) -> int:
    from bot.demo import play

    return play()


def _init(options: argparse.Namespace) -> int:
    from bot import founding
    from bot.app import open_house

    code = founding.found(
        open_house(Settings()),
        name=options.association,
        code=options.code,
        code_word=options.code_word or options.association[:6],
        admin=options.admin,
        language=options.language,
    )
    text = _(
        "{association} is founded. At this machine: guildhall chat --as {admin}\nFrom a chat account, send: join {code}"
    )
    print(text.format(association=options.association, admin=options.admin, code=code))
    return DONE


def _chat(options: argparse.Namespace) -> int:
    from bot.app import open_house
    from bot.terminal import ConsoleChat, talk

    settings = Settings()
    chat = ConsoleChat(open_house(settings), options.person, options.association, settings.data_dir / "files")
    print(chat.shown(chat.say("whoami")) + "\n")
    talk(chat, settings.data_dir / "history")
    return DONE


def _serve(options: argparse.Namespace) -> int:
    from bot.app import serve

    return serve(Settings(), options.parts)


def _doctor(options: argparse.Namespace) -> int:
    from bot.doctor import examine

    return examine(Settings(), as_json=options.json)


def _screen(options: argparse.Namespace) -> int:
    from bot import screen_cli

    if options.rules is not None:
        return screen_cli.try_rules(options.rules, options.jsonl, as_json=options.json)
    return screen_cli.run(options.jsonl, as_json=options.json)


def _backup(options: argparse.Namespace) -> int:
    from bot import safekeeping

    print(safekeeping.backup(Settings(), options.target))
    return DONE


def _restore(options: argparse.Namespace) -> int:
    """Opening the house once erases again whoever was erased since the backup was made."""
    from bot import safekeeping
    from bot.app import open_house

    settings = Settings()
    print(safekeeping.restore(settings, options.source))
    open_house(settings)
    return DONE


def _verify(options: argparse.Namespace) -> int:
    from bot import safekeeping

    shown, intact = safekeeping.verify(Settings(), options.heads)
    print(shown)
    return DONE if intact else FAILED


if __name__ == "__main__":
    raise SystemExit(main())
