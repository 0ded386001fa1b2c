"""Notes: who may write, read and erase them, and that they stay here."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.web import factory
from tokbridge.records.models import Account, Note, Order, User
from tokbridge.sync.sheet import sheet


@pytest.fixture
def order(shop: Account) -> Order:
    return factory.order(shop)


def add(client: Client, order: Order, text: str) -> int:
    return client.post(f"/orders/{order.pk}/notes/", {"text": text}).status_code


def shown(client: Client, order: Order) -> list[str]:
    html = client.get(f"/orders/{order.pk}/").content.decode()
    return re.findall(r'<p class="note-text">(.*?)</p>', html, re.DOTALL)


def test_notes_stand_newest_first_as_they_were_written(desk: Client, dora: User, order: Order) -> None:
    assert add(desk, order, "first") == 302
    add(desk, order, "  two\r\nlines & <b>tags</b>\0 ")
    assert shown(desk, order) == ["two<br>lines &amp; &lt;b&gt;tags&lt;/b&gt;", "first"]
    assert set(Note.objects.values_list("by", flat=True)) == {dora.pk}


@pytest.mark.parametrize(("text", "words"), [(" \n ", "The note is empty"), ("x" * 4001, "has 4,001 characters")])
def test_a_note_that_cannot_be_kept_says_why(desk: Client, order: Order, text: str, words: str) -> None:
    answer = desk.post(f"/orders/{order.pk}/notes/", {"text": text}, follow=True)
    assert words in answer.content.decode()
    assert not Note.objects.exists()


def test_the_longest_note_fits(desk: Client, order: Order) -> None:
    add(desk, order, "ü" * 4000)
    assert len(Note.objects.get().text) == 4000


def test_who_may_only_look_reads_and_writes_nothing(client: Client, desk: Client, order: Order) -> None:
    client.force_login(factory.user("eve", may_act=False))
    assert '<li class="sub">None.</li>' in client.get(f"/orders/{order.pk}/").content.decode()
    client.force_login(User.objects.get(username="dora"))
    add(desk, order, "kept")
    note = Note.objects.get()
    client.force_login(factory.user("max", may_act=False))
    assert shown(client, order) == ["kept"]
    assert add(client, order, "no") == 403
    assert client.post(f"/orders/{order.pk}/notes/{note.pk}/delete/").status_code == 403
    assert Note.objects.count() == 1


def test_only_its_author_erases_a_note(client: Client, desk: Client, order: Order) -> None:
    add(desk, order, "mine")
    at = f"/orders/{order.pk}/notes/{Note.objects.get().pk}/delete/"
    assert at in desk.get(f"/orders/{order.pk}/").content.decode()
    other = Client()
    other.force_login(factory.user("eve"))
    assert at not in other.get(f"/orders/{order.pk}/").content.decode()
    assert other.post(at).status_code == 403
    assert desk.get(at).status_code == 405
    assert desk.post(at.replace(f"orders/{order.pk}", f"orders/{order.pk + 1}")).status_code == 404
    assert desk.post(at).status_code == 302
    assert not Note.objects.exists()


def test_a_note_outlives_its_author_and_then_nobody_erases_it(desk: Client, order: Order) -> None:
    gone = factory.user("gone")
    note = Note.objects.create(order=order, by=gone, at=1, text="still here")
    gone.delete()
    assert "a user who is gone" in desk.get(f"/orders/{order.pk}/").content.decode()
    assert desk.post(f"/orders/{order.pk}/notes/{note.pk}/delete/").status_code == 403


def test_the_command_line_tells_them_and_no_export_does(desk: Client, order: Order) -> None:
    add(desk, order, "seen by colleagues")
    assert [note["text"] for note in sheet(order.pk)["notes"]] == ["seen by colleagues"]
    exported = b"".join(desk.get("/orders/export.csv").streaming_content)  # type: ignore[arg-type, attr-defined]
    assert order.tiktok_id.encode() in exported
    assert b"seen by colleagues" not in exported
