"""Every notebook of the course runs from a clean kernel, as committed, and stays small."""

import re
from pathlib import Path

import nbformat
import outputs
import pytest

from dante_ref.course import build, html
from dante_ref.course.exercises import EXERCISES
from dante_ref.exceptions import InputError

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
SOURCES = build.sources(FOLDER)
named = pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)


@named
def test_the_pair_holds_the_same_cells(source):
    old, new = build.committed(source), build.from_source(source)
    assert [(c.id, c.cell_type, c.source) for c in old.cells] == [
        (c.id, c.cell_type, c.source) for c in new.cells
    ], f"{source.name} was edited: dante-ref notebooks --execute"
    assert old.metadata == new.metadata and all(not c.metadata for c in old.cells)


@named
def test_outputs_are_small_and_without_errors(source):
    notebook = build.committed(source)
    assert list(outputs.too_large(notebook)) == []
    kinds = [kind for cell in notebook.cells for kind, _ in outputs.outputs(cell)]
    assert "image/png" in kinds
    assert not {"error", "stderr"} & set(kinds)


@named
def test_each_asks_predicts_and_has_three_exercises(source):
    text = source.read_text(encoding="utf-8")
    number = int(source.name[:2])
    assert text.startswith("# %% [markdown]\n# # " + str(number))
    assert "**Predict" in text
    asked = [e for e in EXERCISES if e.startswith(f"{number}.")]
    assert len(asked) >= 3
    assert all(f'check("{e}", ' in text for e in asked)
    assert text.count("<details>") == len(asked)


@named
def test_links_lead_to_notebooks(source):
    for link in re.findall(r"\]\(([\w.-]+\.ipynb)\)", source.read_text(encoding="utf-8")):
        assert (FOLDER / link).exists(), link


@pytest.mark.slow
@named
def test_it_runs_from_a_clean_kernel_and_says_what_is_committed(source):
    assert list(outputs.stale(build.committed(source), build.execute(source))) == []


def a_notebook(folder, code):
    source = folder / "00-small.py"
    source.write_text(f"# %% [markdown]\n# # 0. Small $x^2$\n# > Is it?\n# > So.\n\n# %%\n{code}\n")
    return source


def test_a_failing_assertion_fails(tmp_path):
    with pytest.raises(Exception, match="too small"):
        build.execute(a_notebook(tmp_path, "assert 1 > 2, 'too small'"))


CURVE = """
import os
from matplotlib import pyplot as plt
figure, axes = plt.subplots(figsize=(5, 3))
axes.plot([0, float(os.environ["HEIGHT"])])
axes.set_ylim(0, 2)
plt.show()
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A function that executes CURVE with a HEIGHT, where MPLBACKEND names a backend of files."""
    source = a_notebook(tmp_path_factory.mktemp("curve"), CURVE)

    def execute(height):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HEIGHT", str(height))
            patch.setenv("MPLBACKEND", "agg")
            return build.execute(source)

    return execute


@pytest.fixture(scope="module")
def before(drawn):
    return drawn(1.0)


def test_a_picture_is_in_the_notebook_whatever_MPLBACKEND_says(before):
    assert len(outputs.pictures(before.cells[1])) == 1


@pytest.mark.parametrize("height, is_stale", [(1.0, False), (1.2, True)])
def test_a_curve_that_moved_is_stale(drawn, before, height, is_stale):
    found = list(outputs.stale(before, drawn(height)))
    assert bool(found) is is_stale
    assert not found or "draws another picture" in found[0]


def test_a_changed_output_is_stale_and_a_changed_cell_too(tmp_path):
    source = a_notebook(tmp_path, "print('one')")
    build.write(build.execute(source), source)
    old, again = build.committed(source), build.execute(source)
    assert list(outputs.stale(old, again)) == []
    changed = build.committed(source)
    changed.cells[1].outputs[0].text = "two\n"
    assert any("committed is" in s for s in outputs.stale(changed, again))
    a_notebook(tmp_path, "print('one' + '')")
    assert list(outputs.stale(old, build.from_source(source))) == [
        "the cells differ from the source's"
    ]


def test_a_large_output_is_found(tmp_path):
    notebook = build.execute(a_notebook(tmp_path, "print('x' * 400_000)"))
    assert len(list(outputs.too_large(notebook))) == 1


def test_the_site_has_a_page_a_notebook_and_fetches_nothing(tmp_path):
    index = html.write_site(FOLDER, tmp_path).read_text(encoding="utf-8")
    for source in SOURCES:
        assert f'href="{source.stem}.html"' in index
        page = (tmp_path / f"{source.stem}.html").read_text(encoding="utf-8")
        assert "<math" in page and "<script" not in page and "$$" not in page
        assert "&lt;/m" not in page  # a formula broken by its converter
        assert set(re.findall(r'<img [^>]*alt="([^"]*)"', page)) == {"what the cell above draws"}
        assert page.count("<img") == page.count("<img alt=")
        assert 'src="http' not in page and ".ipynb)" not in page and '.ipynb"' not in page


def test_formulas_in_code_are_left_alone():
    text = html.with_mathml("cost `$x$` and $y^2$")
    assert "`$x$`" in text and "<math" in text and "$y" not in text


def test_a_folder_without_notebooks_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no notebooks"):
        build.sources(tmp_path)
    with pytest.raises(InputError, match="--execute"):
        build.committed(tmp_path / "00-none.py")


def test_printing_in_pieces_is_one_output():
    def cell(*texts):
        streams = [nbformat.v4.new_output("stream", name="stdout", text=t) for t in texts]
        return nbformat.v4.new_code_cell(outputs=streams)

    assert outputs.outputs(cell("kappa = 2", "\n")) == outputs.outputs(cell("kappa = 2\n"))
    assert outputs.outputs(cell("kappa = 2\n")) != outputs.outputs(cell("kappa = 3\n"))
