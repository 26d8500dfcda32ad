"""Files as people attach them, made in memory: Word documents, workbooks and PDF files."""

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

import openpyxl
from docx import Document
from docx.oxml import parse_xml
from openpyxl.comments import Comment
from pypdf import PdfReader, PdfWriter

GRAVE = "各会员单位必须参加本次培训并缴纳培训费1200元，未参加的不予办理年检。"
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c489".replace(" ", "")
    + "0000000d49444154789c63606060f80f0001040100 8f2d0b0e".replace(" ", "")
    + "0000000049454e44ae426082"
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CMAP = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{ranges}
endcmap end end"""


def saved(book) -> bytes:
    """The bytes of a document or workbook."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def word(*paragraphs: str, header="", footer="", comment="", box="", struck="", row=()) -> bytes:
    """A Word document with its words in the places they are given for."""
    document = Document()
    for words in paragraphs:
        document.add_paragraph(words)
    if row:
        table = document.add_table(1, len(row))
        for cell, words in zip(table.rows[0].cells, row, strict=True):
            cell.text = words
    section = document.sections[0]
    if header:
        section.header.paragraphs[0].text = header
    if footer:
        section.footer.paragraphs[0].text = footer
    if comment:
        document.add_comment(document.paragraphs[0].runs, text=comment, author="x")
    body = document.element.body
    if box:
        body.insert(
            0,
            parse_xml(
                f"<w:p {W}><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>{escape(box)}</w:t></w:r></w:p>"
                "</w:txbxContent></w:pict></w:r></w:p>"
            ),
        )
    if struck:
        line = f'<w:p {W}><w:del w:id="1" w:author="x"><w:r><w:delText>{struck}</w:delText></w:r></w:del></w:p>'
        body.insert(0, parse_xml(line))
    return saved(document)


def workbook(cells: dict[str, str], *, hidden: str = "", comment: str = "") -> bytes:
    """A workbook with one sheet named 费用, perhaps a hidden one, perhaps a comment on A1."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "费用"
    for place, words in cells.items():
        sheet[place] = words
    if comment:
        sheet["A1"].comment = Comment(comment, "x")
    if hidden:
        other = book.create_sheet("备用")
        other["A1"], other.sheet_state = hidden, "hidden"
    return saved(book)


def pdf(*pages: list[str] | bytes, title: str = "") -> bytes:
    """A PDF file: a page is a list of lines, or a picture (any bytes) that fills it."""
    objects: list[bytes] = [b"", b""]
    ranges = [f"1 beginbfrange <{high:02x}00> <{high:02x}ff> <{high:02x}00> endbfrange" for high in range(256)]
    font = len(objects) + 1
    objects += [
        b"<</Type/Font/Subtype/Type0/BaseFont/F/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (font + 1, font + 2),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/F/DW 1000/CIDSystemInfo %d 0 R>>" % (font + 3),
        _stream(CMAP.format(ranges="\n".join(ranges)).encode()),
        b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>",
    ]
    kids = []
    for page in pages:
        at = len(objects) + 1
        kids.append(at)
        held = b"/Font<</F %d 0 R>>" % font
        if isinstance(page, bytes):
            held, drawn = b"/XObject<</I %d 0 R>>" % (at + 2), b"q 500 0 0 500 0 0 cm /I Do Q"
        else:
            lines = [b"<%s> Tj 0 -20 Td" % line.encode("utf-16-be").hex().encode() for line in page]
            drawn = b"BT /F 12 Tf 50 700 Td\n" + b"\n".join(lines) + b"\nET"
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<<%s>>/Contents %d 0 R>>" % (held, at + 1)
        )
        objects.append(_stream(drawn))
        if isinstance(page, bytes):
            about = b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
            objects.append(_stream(page, about))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    return _titled(_joined(objects), title) if title else _joined(objects)


def _stream(content: bytes, about: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (about, len(content), content)


def _joined(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, len(out))
    return out + head + table + end


def _titled(content: bytes, title: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.add_metadata({"/Title": title})
    return _written(writer)


def locked(content: bytes, password: str = "geheim") -> bytes:
    """The same PDF file, opened only with a password."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.encrypt(password, "owner", algorithm="AES-256")
    return _written(writer)


def stuffed(content: bytes, name: str = "x.txt") -> bytes:
    """The same PDF file with another file inside."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.add_attachment(name, b"hello")
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def swelling() -> bytes:
    """A Word document that would unpack to 120 MB."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 120_000_000)
    return stream.getvalue()
