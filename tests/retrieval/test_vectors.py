from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import IndexInUse, IndexMismatch, IndexMissing
from retrieval.index import ShopIndex
from retrieval.vectors import Record, VectorStore
from tests.embedders import WordEmbedder
from tests.retrieval.samples import demo_items, event, item

MODEL = ("words", 3)
X, Y = np.eye(3, dtype=np.float32)[:2]
OPEN = """
import sys
from pathlib import Path
from retrieval.vectors import VectorStore
store = VectorStore.open(Path(sys.argv[1]), ("words", 3))
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    opened = VectorStore.open(tmp_path / "chroma", MODEL)
    yield opened
    opened.close()


def other_process(folder: Path) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", OPEN, str(folder)], stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_nearness_is_the_cosine_whatever_the_lengths(store: VectorStore) -> None:
    vectors = np.stack([10 * X, X + Y, -2 * X])
    store.upsert("items", [Record(name, name, {"n": 1}) for name in ("same", "between", "opposite")], vectors)
    found = store.query("items", 3 * X, 99)
    assert [record.id for record in found] == ["same", "between", "opposite"]
    assert [record.similarity for record in found] == pytest.approx([1, 0.5**0.5, -1], abs=1e-5)


def test_filters_and_exact_reads(store: VectorStore) -> None:
    records = [Record("a", "A", {"price": 5.0}), Record("b", "B", {"price": 9.5})]
    store.upsert("items", records, np.stack([X, Y]))
    assert [r.id for r in store.query("items", X, 5, {"price": {"$gte": 6}})] == ["b"]
    assert store.get("items", ids=["b", "gone"]) == [records[1]]
    assert store.get("items", where={"price": {"$lte": 5}}) == [records[0]]
    read = store.vectors("items", ["b", "gone", "b"])
    assert list(read) == ["b"] and read["b"] == pytest.approx(Y)


def test_upsert_replaces_and_delete_removes(store: VectorStore) -> None:
    store.upsert("items", [Record("a", "old", {"n": 1}), Record("b", "b", {"n": 2})], np.stack([X, Y]))
    store.upsert("items", [Record("a", "new", {"n": 3})], Y[None, :])
    assert store.count("items") == 2 and store.get("items", ids=["a"])[0].text == "new"
    store.delete("items", ids=[])
    store.delete("items")
    assert store.count("items") == 2
    store.delete("items", where={"n": {"$eq": 3}})
    assert [record.id for record in store.query("items", X, 5)] == ["b"]


def test_an_empty_store_answers_with_nothing(store: VectorStore) -> None:
    assert store.query("items", X, 5) == [] and store.get("items") == [] and store.vectors("items", []) == {}


def test_more_records_than_a_batch_takes(store: VectorStore) -> None:
    records = [Record(str(n), "", {"n": n}) for n in range(1001)]
    store.upsert("items", records, np.tile(X, (1001, 1)))
    assert store.count("items") == 1001
    assert len(store.vectors("items", [record.id for record in records])) == 1001


@pytest.mark.parametrize("model", [("other", 3), ("words", 4)], ids=["name", "size"])
def test_another_embedding_model_is_refused_every_time(tmp_path: Path, model: tuple[str, int]) -> None:
    first = VectorStore.open(tmp_path, MODEL)
    first.upsert("items", [Record("a", "A", {"n": 1})], X[None, :])
    first.close()
    second = VectorStore.open(tmp_path, model)
    for _ in range(2):
        with pytest.raises(IndexMismatch, match=r"model words \(3 dimensions\).*BECAUSE_EMBEDDING_MODEL=words"):
            second.count("items")
    second.close()
    third = VectorStore.open(tmp_path, MODEL)
    assert third.count("items") == 1
    third.close()


def test_a_second_process_is_refused_and_told_whose_the_store_is(store: VectorStore, tmp_path: Path) -> None:
    _, errors = other_process(tmp_path / "chroma").communicate(timeout=60)
    assert f"IndexInUse: The store {tmp_path} is open in another process (pid {os.getpid()})" in errors
    assert "stop it first, or name another folder with --store" in errors


def test_a_killed_process_leaves_the_store_free(tmp_path: Path) -> None:
    child = other_process(tmp_path / "chroma")
    assert child.stdout is not None and child.stdout.readline() == "open\n"
    with pytest.raises(IndexInUse, match=f"pid {child.pid}"):
        VectorStore.open(tmp_path / "chroma", MODEL)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    VectorStore.open(tmp_path / "chroma", MODEL).close()


def test_no_server_at_the_address(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"No Chroma server answers at 127\.0\.0\.1:1;"):
        VectorStore.open(tmp_path, MODEL, address="127.0.0.1:1")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a Chroma server of this test's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chroma = Path(sys.executable).with_name("chroma")
    command = [str(chroma), "run", "--path", str(tmp_path / "server"), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "the Chroma server ended at once"
            time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.slow
def test_an_index_on_a_chroma_server(server: str, tmp_path: Path) -> None:
    """Two clients at once see the same shop, which the embedded mode cannot give."""
    embedder = WordEmbedder()
    writer = ShopIndex.open(tmp_path / "unused", embedder, address=server)
    items = [*demo_items()[:40], item("b1", says=[(5, "Light.")])]
    assert writer.add_items(items).added == 41
    writer.add_events([event("e1", "b1"), event("e2", "b1", shopper_id="ben")])
    reader = ShopIndex.open(tmp_path / "unused", embedder, address=server)
    assert dict(reader.catalogue) == {thing.item_id: thing for thing in items}
    assert [trace.event.event_id for trace in reader.history("ana")] == ["e1"]
    vector = embedder.embed(["Tarn 28 backpack"])[0]
    assert next(iter(reader.search_items(vector, 3, reader.now.columns.price <= 100))) == "b1"
    writer.forget("ana")
    assert reader.history("ana") == () and len(reader.history("ben")) == 1
    with pytest.raises(IndexMismatch):
        ShopIndex.open(tmp_path / "unused", WordEmbedder("other"), address=server)
    assert not (tmp_path / "unused").exists()
    reader.close()
    assert len(writer.history("ben")) == 1, "one client's end is not the other's"
    writer.close()
