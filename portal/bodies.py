"""Reading what a request carries, up to a limit."""

from collections.abc import AsyncGenerator

from starlette.datastructures import FormData
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

LARGEST_BODY = 1_000_000
LARGEST_FORM = 25_000_000
MOST_FILES = 10
MOST_FIELDS = 100


class TooLarge(Exception):
    """A request body over the limit."""


async def body_of(request: Request) -> bytes:
    """The body, read only up to a million bytes. Raises TooLarge."""
    return b"".join([part async for part in _limited(request, LARGEST_BODY)])


async def form_with_files(request: Request) -> FormData:
    """Fields and files of a form, read only up to 25 million bytes; larger files wait on the disk, not in memory.

    The caller closes it. Raises TooLarge for more, for too many parts, and for what is no form.
    """
    kind = request.headers.get("content-type", "")
    stream = _limited(request, LARGEST_FORM if kind.startswith("multipart/form-data") else LARGEST_BODY)
    try:
        if kind.startswith("multipart/form-data"):
            return await MultiPartParser(
                request.headers, stream, max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY
            ).parse()
        return await FormParser(request.headers, stream, max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY).parse()
    except MultiPartException:
        raise TooLarge from None


async def _limited(request: Request, most: int) -> AsyncGenerator[bytes]:
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise TooLarge
        yield part
