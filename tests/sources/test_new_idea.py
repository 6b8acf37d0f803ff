"""A source is a file and a row: this file is one, and adds its row at run time."""

import pytest

import semisup
from semisup.data.dataset import Arrays
from semisup.settings.sources import SOURCES, SourceSpec

from ..conftest import blobs


def read(source, reading):
    return Arrays(*blobs(int(source.removeprefix("blobs:"))))


def test_it_is_read_by_its_name_by_both_stages(workspace, monkeypatch):
    spec = SourceSpec("blobs:ROWS", lambda data: data.startswith("blobs:"), module=__name__, is_file=False)
    monkeypatch.setitem(SOURCES, "blobs", spec)
    settings = semisup.PretrainSettings(data="blobs:120", widths=[16], code_size=4, epochs=20, batch_size=16)
    result = semisup.pretrain(settings)
    found = semisup.finetune(semisup.FinetuneSettings(run=result.run_id, labels=30, method="graph"))
    assert found.metrics["test_accuracy"] > 0.8
    with pytest.raises(semisup.InputError, match="target: expected with a table, not with blobs:120, found 'y'"):
        semisup.PretrainSettings(data="blobs:120", target="y")
