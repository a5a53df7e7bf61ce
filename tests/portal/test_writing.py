"""Anybody can write to us through the form; it becomes one case, and she knows what happens next."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from libin.customers.models import Customer
from libin.desk.models import Case
from libin.kernel import files, queue
from tests.cast import LI, STRANGER, WANG, Cast
from tests.portal.visiting import aged, fresh_ticket, signed_in, ticket_of, words, write

HOME = "/help/"


@pytest.mark.row("K1")
def test_a_stranger_writes_and_a_case_is_opened_for_her(cast: Cast, client: Client):
    case = write(client, cast)
    assert case.customer.name == STRANGER.name
    assert case.customer.contact_points.get().email == STRANGER.email
    assert case.channel == "form"
    assert case.handbook_id == cast.handbook.version_id
    assert case.promises.exists()
    assert case.messages.get(author="customer").text == words(cast)["message"]


@pytest.mark.row("K1")
def test_she_reads_number_and_time_at_once(cast: Cast, client: Client):
    said = words(cast) | {"ticket": fresh_ticket(client)}
    page = client.post(HOME, said, follow=True)
    case = Case.objects.get()
    assert page.status_code == 200
    assert case.number in page.content.decode()
    assert "<time datetime=" in page.content.decode()


def test_a_known_customer_keeps_one_record(cast: Cast, client: Client):
    before = Customer.objects.count()
    case = write(client, cast, email=LI.email.upper(), name="Somebody else")
    assert case.customer == cast.li
    assert Customer.objects.count() == before


def test_a_stranger_does_not_learn_who_looks_after_the_customer_whose_address_she_enters(
    cast: Cast, client: Client
):
    pages = []
    for email in (WANG.email, STRANGER.email):
        visitor = Client()
        said = words(cast, email=email) | {"ticket": fresh_ticket(visitor)}
        answer = visitor.post(HOME, said)
        queue.run_all()
        page = visitor.get(answer.headers["Location"]).content.decode()
        pages.append(page)
        assert cast.su_wan.name not in page
    number = [page.split("<dd>")[1].split("</dd>")[0] for page in pages]
    due = [page.split("<time")[1].split(">")[1] for page in pages]
    assert number[0] != number[1]
    assert due[0] == due[1]


def test_a_signed_in_customer_sees_her_own_person_and_promise(cast: Cast):
    browser = signed_in(WANG.email)
    said = words(cast) | {"ticket": fresh_ticket(browser)}
    answer = browser.post(HOME, said)
    queue.run_all()
    page = browser.get(answer.headers["Location"]).content.decode()
    case = Case.objects.get()
    assert case.customer == cast.wang
    assert cast.su_wan.name in page


def test_posting_the_same_form_again_leads_to_the_same_case(cast: Cast, client: Client):
    said = words(cast) | {"ticket": fresh_ticket(client)}
    places = {client.post(HOME, said).status_code for _ in range(4)}
    assert places == {302}
    assert Case.objects.count() == 1
    assert Case.objects.get().messages.filter(author="customer").count() == 1


def test_a_new_form_with_the_same_words_is_a_new_matter(cast: Cast, client: Client):
    write(client, cast)
    write(client, cast)
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"message": "👩‍🚀🐉 «ß» ٱلسَّلَامُ"}, "👩‍🚀🐉 «ß» ٱلسَّلَامُ"),
        ({"message": "字" * 20_000}, "字" * 20_000),
        ({"message": "<script>alert(1)</script>"}, "<script>alert(1)</script>"),
        ({"message": "a\r\nb"}, "a\nb"),
    ],
)
def test_words_arrive_as_they_were_written(
    cast: Cast, client: Client, change: dict[str, str], kept: str
):
    case = write(client, cast, **change)
    text = case.messages.get(author="customer").text
    assert text.replace("\r\n", "\n") == kept


@pytest.mark.parametrize(
    "change",
    [
        {"email": "not-an-address"},
        {"email": ""},
        {"email": "a@b.example\nBcc: c@d.example"},
        {"name": ""},
        {"subject": "x" * 201},
        {"message": "字" * 20_001},
        {"message": "a\0b"},
        {"kind": "no-such-kind"},
        {"kind": ""},
        {"website": "https://casino.example"},
    ],
)
def test_what_cannot_be_accepted_is_said_and_nothing_typed_is_lost(
    cast: Cast, client: Client, change: dict[str, str]
):
    said = words(cast, **change) | {"ticket": fresh_ticket(client)}
    answer = client.post(HOME, said)
    assert answer.status_code == 422
    assert "安静一点" in answer.content.decode() or "message" in change
    assert not Case.objects.exists()


def test_a_form_that_comes_back_at_once_is_a_machines(cast: Cast, client: Client):
    ticket = ticket_of(client.get(HOME).content.decode())
    answer = client.post(HOME, words(cast) | {"ticket": ticket})
    assert answer.status_code == 422
    assert not Case.objects.exists()
    assert client.post(HOME, words(cast) | {"ticket": aged(ticket)}).status_code == 302


@pytest.mark.parametrize("age", [timedelta(hours=25), timedelta(days=400)])
def test_an_old_form_is_shown_again_with_its_words(cast: Cast, client: Client, age: timedelta):
    ticket = aged(ticket_of(client.get(HOME).content.decode()), age)
    answer = client.post(HOME, words(cast) | {"ticket": ticket})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "安静一点" in page
    again = aged(ticket_of(page))
    assert client.post(HOME, words(cast) | {"ticket": again}).status_code == 302


@pytest.mark.parametrize("ticket", ["", "x", "a:b:c", "\0", "e30:1x:abc"])
def test_a_forged_ticket_opens_nothing(cast: Cast, client: Client, ticket: str):
    assert client.post(HOME, words(cast) | {"ticket": ticket}).status_code == 422
    assert not Case.objects.exists()


def test_a_form_from_another_site_is_refused(cast: Cast):
    strict = Client(enforce_csrf_checks=True)
    ticket = aged(ticket_of(strict.get(HOME).content.decode()))
    answer = strict.post(HOME, words(cast) | {"ticket": ticket})
    assert answer.status_code == 403
    assert not Case.objects.exists()


def test_files_come_along_with_safe_names(cast: Cast, client: Client):
    given = [
        SimpleUploadedFile("发票.pdf", b"%PDF-1.4", content_type="application/pdf"),
        SimpleUploadedFile("..\\..\\evil\u202egnp.exe", b"MZ", content_type="image/png"),
        SimpleUploadedFile("empty.txt", b"", content_type="text/plain"),
    ]
    case = write(client, cast, attachments=given)
    kept = case.messages.get(author="customer").attachments.order_by("id")
    assert [one.name for one in kept][0] == "发票.pdf"
    assert not any(mark in one.name for one in kept for mark in ("/", "\\", "\u202e"))
    assert [files.read(one.file) for one in kept] == [b"%PDF-1.4", b"MZ"]


@pytest.mark.parametrize("count", [11])
def test_too_many_files_are_refused_in_words(cast: Cast, client: Client, count: int):
    given = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(count)]
    said = words(cast, attachments=given) | {"ticket": fresh_ticket(client)}
    assert client.post(HOME, said).status_code == 422
    assert not Case.objects.exists()


def test_one_address_is_asked_to_wait_after_five_forms_an_hour(cast: Cast):
    answers = []
    for number in range(6):
        visitor = Client(REMOTE_ADDR=f"192.0.2.{number}")
        said = words(cast) | {"ticket": fresh_ticket(visitor)}
        answers.append(visitor.post(HOME, said))
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert Case.objects.count() == 5


def test_one_network_is_asked_to_wait_after_twenty_forms_an_hour(cast: Cast, client: Client):
    answers = []
    for number in range(21):
        said = words(cast, email=f"n{number}@elsewhere.example")
        answers.append(client.post(HOME, said | {"ticket": fresh_ticket(client)}))
    assert [answer.status_code for answer in answers] == [302] * 20 + [429]
    assert Case.objects.count() == 20


def test_a_strangers_word_about_his_network_is_not_believed(cast: Cast):
    for number in range(6):
        visitor = Client(headers={"X-Forwarded-For": f"198.51.100.{number}"})
        said = words(cast, email=f"n{number}@elsewhere.example")
        visitor.post(HOME, said | {"ticket": fresh_ticket(visitor)})
    from libin.customers.models import DoorCount  # noqa: PLC0415 - only this test looks at it

    assert DoorCount.objects.get(door="form:network").visits == 6


def test_looking_opens_nothing(cast: Cast, client: Client):
    for method in (client.get, client.head):
        for url in (HOME, HOME + "?name=a&email=b@c.example&message=x", reverse("portal:sign_in")):
            assert method(url).status_code == 200
    assert not Case.objects.exists()


@pytest.mark.parametrize("receipt", ["x", "1:2:3", "%00", "a" * 3000])
def test_a_forged_receipt_shows_nothing(cast: Cast, client: Client, receipt: str):
    answer = client.get(f"/help/received/{receipt}/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == HOME
