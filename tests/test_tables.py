"""A user's table of numbers: read as it is meant, or refused by line, column and the way out."""

import numpy as np
import pytest

from dante_ref.datasets import formats, tables
from dante_ref.exceptions import DataError, InputError

X = [[1.0, 2.5], [-3.0, 4e2]]


@pytest.mark.parametrize("content", [
    b"1,2.5\n-3,4e2\n", b"1,2.5\n-3,4e2", b"1,2.5\r\n-3,4e2\r\n", b"\xef\xbb\xbf1,2.5\n-3,4e2\n",
    b'"1","2.5"\n"-3","4e2"\n', b"\n1, 2.5\n\n-3, 4e2\n\n", b"u,v\n1,2.5\n-3,4e2\n",
    b'\xef\xbb\xbf"u, or w","v"\r\n1,2.5\r\n-3,4e2\r\n', b"# u,v\n1,2.5\n-3,4e2\n",
    b",v\n1,2.5\n-3,4e2\n",
    b"week 1,week 2\n1,2.5\n-3,4e2\n", b"1,2.5\r-3,4e2\r", b"1,2.5\r\n-3,4e2\n\r\n",
    b"u,u\n1,2.5\n-3,4e2\n", b'"u\nor w",v\n1,2.5\n-3,4e2\n', b"1\x0c,2.5\n-3,\x0b4e2\n",
    "\u03bc\u2081,_2\n1,2.5\n-3,4e2\n".encode(), b"(kg),%\n1,2.5\n-3,4e2\n",
], ids=["plain", "no last end", "CRLF", "BOM", "quotes", "blanks", "header", "all of it", "#",
        "index", "numbered", "CR", "mixed ends", "twice a name", "a name of two lines", "form feed",
        "Greek", "signs alone"])
def test_the_same_numbers_however_they_are_written(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    np.testing.assert_array_equal(tables.read_samples(path), X)


@pytest.mark.parametrize("content, message", [
    (b"1,,3\n4,5,6\n", "line 1, column 2: the cell is empty"),
    (b"1,NA\n4,5\n", "line 1, column 2: 'NA' is no number"),
    (b"1,?\n4,5\n", "line 1, column 2: '?' is no number"),
    (b"1,2 # first\n4,5\n", "line 1, column 2: '2 # first' is no number"),
    (b"u,v\n1,2\n\n3,four\n", "line 4, column 2: 'four' is no number; leave text columns out"),
    (b"u;v\n1;2\n", "line 2, column 1: '1;2' is no number; cells seem to be separated by semic"),
    (b"1;2\n3;4\n", "line 1, column 1: '1;2' is no number; cells seem to be separated by semic"),
    (b"1\t2\n3\t4\n", "separated by tabs"),
    (b"1,5;2,5\n3,5;4,5\n", "line 1, column 2: '5;2' is no number; cells seem to be separated"),
    (b'u,v\n"1,5","2,5"\n', "line 2, column 1: '1,5' is no number; its decimal comma has to be"),
    (b'"1,5","2,5"\n3,4\n', "line 1, column 1: '1,5' is no number; its decimal comma"),
    (b"u,v\n1,2\n3,\xe9\n", "line 3: byte 0xe9 is no UTF-8, so it may be Latin-1"),
    ("1,2\n3,4\n".encode("utf-16"), "is no UTF-8"),
    ("1,2\n3,4\n".encode("utf-16-le"), "zero byte"),
    (b"PK\x03\x04\x14\x00", "an .xlsx workbook or another zip archive; save it as plain CSV"),
    (b"u,v\n1,2,3\n", "line 2 has 3 cells, the header in line 1 has 2"),
    (b"1,2\n\n3\n", "line 3 has 1 cells, line 1 has 2"),
    (b'1,"2\n3,4\n', "line 2: unexpected end of data"),
    (b"1 2\n3 4\n", "line 1, column 1: '1 2' is no number; cells seem to be separated by blanks"),
    (b"1_000,2\n", "line 1, column 1: '1_000' is no number"),
    (b"", "it is empty"), (b"\n \n", "it is empty"), (b"u,v\n", "it has a header and no rows"),
])
def test_what_is_no_table_of_numbers_is_refused_by_place(tmp_path, content, message):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        tables.read_samples(path)
    assert str(path) in str(refused.value) and message in str(refused.value)


@pytest.mark.parametrize("content, message", [
    (b"NULL,NULL\n1,2\n", "line 1, column 1: 'NULL' is no number"),
    (b"-,N/A\n1,2\n", "line 1, column 1: '-' is no number"),
    (b"True,False\n1,2\n", "line 1, column 1: 'True' is no number"),
    (b"1,nan\n1,2\n", "line 1, column 2: 'nan' is NaN or infinite; allowed are finite numbers"),
    (b"1,2\n-inf,2\n", "line 2, column 1: '-inf' is NaN or infinite"),
    (b"u,v\n1,1e999\n", "line 2, column 2: '1e999' is NaN or infinite"),
    (b"nan,nan\n1,2\n", "line 1, column 1: 'nan' is NaN or infinite"),
    (b"#N/A,#DIV/0!\n1,2\n", "line 1, column 1: '#N/A' is no number"),
    (b"1,2\n,\n3,4\n", "line 2, column 1: the cell is empty"),
    (b"1,2\n3,4\n,,\n", "line 3 has 3 cells"),
])
def test_missing_values_are_no_header_and_nan_has_a_place(tmp_path, content, message):
    test_what_is_no_table_of_numbers_is_refused_by_place(tmp_path, content, message)


@pytest.mark.parametrize("content", [b",u\n0,5\n1,7\n2,5\n", b'"",u\n1,5\n2,7\n'])
def test_row_numbers_are_no_column_of_data(tmp_path, content):
    """As pandas writes its index."""
    test_what_is_no_table_of_numbers_is_refused_by_place(
        tmp_path, content, "line 1, column 1 has no name, and the column counts the rows; leave it")


@pytest.mark.parametrize("cells, hint", [
    ("−1,−2", "its minus sign has to be '-'"), ("–1,–2.5", "its minus sign has to be '-'"),
    ("1'000,2'000", "leave the marks of thousands out"),
    ('"1,234,567","2,345,678"', "leave the marks of thousands out"),
    ("1\xa0000,2\xa0000", ""), ("$5,$6", ""), ("5%,6%", ""), ("(5),(6)", ""), ("5 kg,6 kg", ""),
    ("2020-01-31,2020-02-01", ""), ("12:30,12:45", ""), ("0x1F,0x2F", ""), ("1.234,5.6.7", ""),
])
@pytest.mark.parametrize("header", ["", "u,v\n"], ids=["alone", "with a header"])
def test_numbers_written_otherwise_are_never_a_header(tmp_path, cells, hint, header):
    """Else the first row would go, and the rest would be read where it is plain."""
    line = 2 if header else 1
    content = f"{header}{cells}\n1,2\n3,4\n".encode()
    place = f"line {line}, column {2 if cells.startswith('1.234,5') else 1}: "
    test_what_is_no_table_of_numbers_is_refused_by_place(tmp_path, content, place)
    test_what_is_no_table_of_numbers_is_refused_by_place(tmp_path, content, hint)


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_a_workbook_is_to_be_saved_as_csv(tmp_path, suffix):
    with pytest.raises(InputError, match=r"allowed are \.npy, \.npz, \.csv; save the sheet as"):
        tables.read_samples(tmp_path / f"x{suffix}")


@pytest.mark.parametrize("delimiter, content", [
    (None, b"1 2.5\n-3 4e2\n"), (",", b"1,2.5\n-3,4e2\n"), ("\t", b"1\t2.5\n-3\t4e2\n"),
])
@pytest.mark.parametrize("change", [
    lambda x: b"\xef\xbb\xbf" + x, lambda x: x.replace(b"\n", b"\r\n"),
    lambda x: x.replace(b"2.5", b'"2.5"'),
], ids=["BOM", "CRLF", "quotes"])
def test_the_data_sets_tables_are_as_lenient(tmp_path, delimiter, content, change):
    path = tmp_path / "x"
    path.write_bytes(change(content))
    np.testing.assert_array_equal(np.column_stack(formats.delimited(path, delimiter)), X)
    path.write_bytes(content[:3] + b"\xe9")
    with pytest.raises(DataError, match="x is altered or isn't text: line 1: byte 0xe9"):
        formats.delimited(path, delimiter)


def test_libsvm_and_arff_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"\xef\xbb\xbf2 1:0.5\r\n1 2:4\r\n")
    found = formats.libsvm(path, 2)
    assert found[0].tolist() == [[0.5, 0], [0, 4]] and found[1].tolist() == [2, 1]
    path.write_bytes(b"\xef\xbb\xbf@relation r\n@attribute u numeric\n@attribute c {a,b}\n"
                     b"@data\n1.5,b\n")
    found = formats.arff_file(path)
    assert found[0].tolist() == [[1.5]] and found[1].tolist() == ["b"]
