"""The site under each switch of its environment that changes how it runs: a worksheet goes in and comes out."""

import json

import pytest

SWITCHES = {
    "debug": {"DEBUG": "1"},
    "plain HTTP": {"SECURE_COOKIES": "0"},
    "another time zone": {"TIME_ZONE": "Asia/Tokyo"},
    "another language": {"LANGUAGE_CODE": "pt-br"},
    "an account of its own": {"ACCOUNT_NAME": "aurora"},
    "short limits": {"MAX_UPLOAD_MB": "1", "MAX_FIELDS": "60", "MAX_ENTITIES": "5", "IMPORT_CHUNK_ROWS": "10"},
}


@pytest.mark.parametrize("switch", SWITCHES)
def test_worksheet_goes_in_and_out_under(switch, site):
    environment, rows = SWITCHES[switch], 25
    name = switch.replace(" ", "-")
    sheet = site.written(f"{name}.csv", "email,firstName\n" + "".join(f"{name}-{n}@example.com,Ana\n" for n in range(rows)))
    out = site.folder / f"{name}-out.csv"

    code, output, errors = site.run_apart("import_worksheet", sheet, "--key", "email", "--json", **environment)
    assert (code, errors) == (0, "")
    assert json.loads(output)["created"] == rows

    code, output, errors = site.run_apart(
        "export_worksheet", out, "--fields", "email", "--where", f'email="{name}-*"', "--json", **environment
    )
    assert (code, errors) == (0, "")
    assert json.loads(output)["rows"] == rows
    assert len(out.read_text().splitlines()) == rows + 1
