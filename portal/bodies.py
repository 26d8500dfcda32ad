"""Reading what a request carries, up to a limit."""

from starlette.requests import Request

LARGEST_BODY = 1_000_000


class TooLarge(Exception):
    """A request body over the limit."""


async def body_of(request: Request) -> bytes:
    """The body, read only up to a million bytes. Raises TooLarge."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)
