"""Printed pages over HTTP: where quotations stand on them, their pictures, and the file they are in."""

from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from fakes import FakeEngine, make_document
from fastapi.testclient import TestClient
from PIL import Image
from scans import NEEDS_TESSERACT, pictures, reading, scan
from test_documents_pdf import bound, make_pdf, scanned

from api.app import build_app
from api.state import State, load_document, opened
from rag.documents import load_bytes, load_file

CITIES = make_pdf("The first page tells of Baku.", "The second page tells of Beijing.")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine([load_bytes(CITIES, "cities.pdf"), make_document("minutes", "A text without pages.")])


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(build_app(State(opened(engine), version="0")), base_url="http://localhost") as client:
        yield client


def test_a_document_says_whether_its_pages_can_be_shown_as_they_were_printed(client):
    assert client.get("/v1/documents/cities").json()["printed"] is True
    assert client.get("/v1/documents/minutes").json()["printed"] is False


def test_a_page_tells_its_size_its_text_and_where_stretches_of_it_stand(client, engine):
    text = engine.document("cities").text
    start = text.index("Beijing")
    marks = [f"{start}-{start + 7}", "0-9"]
    page = client.get("/v1/documents/cities/pages/2", params={"mark": marks}).json()
    assert (page["page"], page["pages"], page["width"], page["height"]) == (2, 2, 612, 792)
    assert text[page["start"] : page["end"]] == "The second page tells of Beijing."
    ((left, top, right, bottom),), nowhere = page["marks"]
    assert 0 < left < right < 1
    assert 0 < top < bottom < 1
    assert nowhere == []


def test_a_picture_is_a_png_of_the_width_that_is_asked_for(client):
    response = client.get("/v1/documents/cities/pages/1/picture", params={"width": 200})
    assert response.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(response.content)).width == 200


def test_the_file_is_given_back_as_it_was_added_and_to_be_saved_never_shown(client):
    response = client.get("/v1/documents/cities/original")
    assert response.content == CITIES
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''cities.pdf"


def test_pages_that_could_not_be_read_are_named_to_who_adds_the_file_and_to_who_opens_it(client):
    data = bound(CITIES, scanned())
    (result,) = client.post("/v1/documents", files=[("files", ("scan.pdf", data))]).json()["results"]
    assert (result["change"], result["unread_pages"]) == ("added", "3")
    assert client.put("/v1/documents/other?name=scan.pdf", content=data).json()["unread_pages"] == "3"
    assert client.get("/v1/documents/scan").json()["metadata"]["unread_pages"] == "3"


@NEEDS_TESSERACT
def test_pages_that_are_pictures_are_read_where_the_service_reads_them(engine):
    load = partial(load_document, ocr=reading("eng"))
    data = bound(
        CITIES,
        scan(make_pdf("\n".join(["The third page tells of a city by the sea."] * 4 + ["Lisbon is one."])), 90),
        scanned(),
    )
    with TestClient(build_app(State(opened(engine), version="0", load=load)), base_url="http://localhost") as client:
        (result,) = client.post("/v1/documents", files=[("files", ("scan.pdf", data))]).json()["results"]
        assert (result["ocr_pages"], result["unread_pages"]) == ("3", "4")
        text = client.get("/v1/documents/scan/text").text
        start = text.index("Lisbon")
        page = client.get(f"/v1/documents/scan/pages/3?mark={start}-{start + 6}").json()
        assert (page["width"], page["height"]) == pytest.approx((612, 792), abs=1)
        assert len(page["marks"][0]) == 1
        picture = Image.open(BytesIO(client.get("/v1/documents/scan/pages/3/picture?width=612").content))
        assert picture.size == pytest.approx((612, 792), abs=1)
        image = BytesIO()
        pictures(CITIES)[0].save(image, "PNG")
        put = client.put("/v1/documents/photo", content=image.getvalue(), headers={"Content-Type": "image/png"})
        assert put.json()["ocr_pages"] == "1"
        saved = client.get("/v1/documents/photo/original")
        assert (saved.headers["content-type"], saved.content) == ("image/png", image.getvalue())


def test_any_id_has_pages_and_any_name_can_be_saved(client, engine):
    for name in ("a/pages/2", "документ № 5", 'x"; filename="y', "a/original"):
        engine.stored[name] = load_bytes(CITIES, "c.pdf", document_id=name, source=f"{name}.pdf")
        address = f"/v1/documents/{quote(name, safe='')}"
        assert client.get(f"{address}/pages/2").json()["page"] == 2
        assert client.get(f"{address}/pages/2/picture?width=100").status_code == 200
        saved = client.get(f"{address}/original").headers["content-disposition"]
        assert saved == f"attachment; filename*=UTF-8''{quote(f'{name}.pdf'.split('/')[-1])}"


@pytest.mark.parametrize("path", ["pages/3", "pages/3/picture", "pages/1000000000/picture"])
def test_a_page_that_is_not_there_is_said_to_be_missing(client, path):
    response = client.get(f"/v1/documents/cities/{path}")
    assert (response.status_code, response.json()["error"]["type"]) == (404, "page_missing")


@pytest.mark.parametrize("path", ["pages/1", "pages/1/picture", "original"])
def test_what_is_no_pdf_has_no_printed_pages_and_what_is_not_there_neither(client, path):
    response = client.get(f"/v1/documents/minutes/{path}")
    assert (response.status_code, response.json()["error"]["type"]) == (404, "page_missing")
    assert "only those of PDFs and pictures" in response.json()["error"]["message"]
    response = client.get(f"/v1/documents/nobody/{path}")
    assert (response.status_code, response.json()["error"]["type"]) == (404, "document_not_found")


def test_a_file_that_is_gone_or_changed_is_said_to_be_and_not_shown(client, engine, tmp_path: Path):
    path = tmp_path / "cities.pdf"
    path.write_bytes(CITIES)
    engine.stored["cities"] = load_file(path)
    assert client.get("/v1/documents/cities/pages/1/picture").status_code == 200
    path.write_bytes(make_pdf("Something else."))
    changed = client.get("/v1/documents/cities/pages/1/picture")
    path.unlink()
    gone = client.get("/v1/documents/cities/pages/1")
    for response, word in ((changed, "changed since it was added"), (gone, "no such file")):
        assert (response.status_code, response.json()["error"]["type"]) == (404, "page_missing")
        assert word in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "address",
    [
        "pages/0",
        "pages/-1",
        "pages/one",
        "pages/1?mark=5",
        "pages/1?mark=-1-5",
        "pages/1?mark=a-b",
        "pages/1/picture?width=99999",
        "pages/1/picture?width=0",
        "pages/1?" + "&".join(["mark=1-2"] * 201),
    ],
)
def test_what_cannot_be_meant_is_refused(client, address):
    assert client.get(f"/v1/documents/cities/{address}").status_code == 422
