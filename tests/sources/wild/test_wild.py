"""Files that people have, each with the right reading: see `CASES` of the modules beside this one."""

import pytest

from . import (
    arrays,
    dates,
    files,
    layouts,
    missing,
    numbers,
    parquet_files,
    picture_folders,
    picture_kinds,
    sets,
    targets,
    texts,
)
from .case import Case, wrong

TABLES = (numbers, missing, dates, texts, layouts, files, parquet_files, targets, sets)
KINDS = (*TABLES, arrays, picture_folders, picture_kinds)
CASES = [pytest.param(case, id=f"{kind.__name__.split('.')[-1]}: {case.name}") for kind in KINDS for case in kind.CASES]


def test_no_two_cases_have_one_name():
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_a_file_is_read_as_a_careful_human_would_read_it(case: Case, empty):
    case.make(empty)
    assert wrong(case) == ""
