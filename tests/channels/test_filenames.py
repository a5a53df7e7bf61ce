"""Names of attached files cannot hide, wander or command."""

import unicodedata

import pytest

from libin.channels.parsing import filenames, limits
from libin.channels.parsing.reading import Wish, read
from libin.kernel import files
from tests.fixtures.mail.filenames import HOSTILE


def test_the_set_is_as_large_as_the_one_it_is_measured_by():
    assert len(set(HOSTILE)) >= 62


@pytest.mark.row("K5")
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_becomes_harmless(name: str):
    safe = filenames.safe_name(name, "application/pdf", 1)
    assert safe
    assert len(safe.encode()) <= limits.FILE_NAME_BYTES
    assert not set('/\\:*?"<>|\0\r\n%`$;') & set(safe)
    assert all(unicodedata.category(one)[0] not in "C" for one in safe)
    assert not safe.startswith((".", " ", "-", "~", "="))
    assert not safe.endswith((".", " "))
    assert ".." not in safe
    assert safe.partition(".")[0].lower() not in {
        "con",
        "prn",
        "aux",
        "nul",
        "com1",
        "com¹",
        "lpt9",
    }
    assert filenames.safe_name(safe, "application/pdf", 1) == safe
    assert files.safe_name(safe) == safe


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_in_a_mail_becomes_harmless(name: str):
    quoted = name.encode("utf-8", "replace").replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    mail = read(
        b'From: a@example.com\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n'
        b'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="'
        + quoted
        + b'"\r\n\r\ndata\r\n--x--\r\n',
        Wish(),
    )
    (attached,) = mail.attachments
    assert attached.name == filenames.safe_name(attached.name, "application/pdf", 1)
    assert "Content-Type" not in attached.name or "_" in attached.name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("发票 (1).pdf", "发票 (1).pdf"),
        ("%E5%8F%91%E7%A5%A8.pdf", "发票.pdf"),
        ("a.tar.gz", "a.tar.gz"),
        ("../../etc/passwd", "passwd"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a        .exe", "a.exe"),
        ("", "attachment-1.pdf"),
    ],
)
def test_ordinary_names_stay_as_people_know_them(name: str, safe: str):
    assert filenames.safe_name(name, "application/pdf", 1) == safe


@pytest.mark.parametrize(
    "declared",
    ["", "x", "text/html\r\nX: y", "a/b/c", "../a", "text/html;x", "\0/\0", "a" * 900 + "/b"],
)
def test_a_media_type_that_is_none_is_a_stream_of_octets(declared: str):
    assert filenames.safe_media_type(declared) == "application/octet-stream"
