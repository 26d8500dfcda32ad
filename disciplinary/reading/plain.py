"""Plain text: UTF-8, GB 18030 or UTF-16, line by line."""

from typing import Any

from disciplinary.reading.found import Found, NotRead


def read(content: bytes, _order: dict[str, Any]) -> Found:
    """Every line with its number."""
    return Found([("line", str(n), line + "\n") for n, line in enumerate(_decoded(content).splitlines(), 1)])


def _decoded(content: bytes) -> str:
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotRead("broken")
