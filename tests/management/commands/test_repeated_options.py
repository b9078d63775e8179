"""Options that take several values, over all commands: what was given first is never dropped."""

import argparse
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, get_commands, load_command_class

from crm.management.commands.export_worksheet import names_in

OURS = sorted((app, name) for name, app in get_commands().items() if app.split(".")[0] in {"crm", "clusters"})


def parser_of(app: str, name: str) -> argparse.ArgumentParser:
    return load_command_class(app, name).create_parser("manage.py", name)


def lists_of(app: str, name: str) -> Iterator[argparse.Action]:
    return (each for each in parser_of(app, name)._actions if each.option_strings and each.nargs in {"+", "*"})


def words_of(option: argparse.Action) -> tuple[str, str]:
    known = list(option.choices or ("a=b", "c=d"))
    return known[0], known[1]


LISTS = [(app, name, option.option_strings[0]) for app, name in OURS for option in lists_of(app, name)]


def test_the_commands_with_lists_are_found():
    assert {name for _app, name, _option in LISTS} >= {"benchmark", "cluster_profile", "create_field", "create_tiers"}


@pytest.mark.parametrize(("app", "name", "text"), LISTS)
def test_a_list_is_the_same_whether_its_option_is_repeated_or_not(app, name, text):
    parser = parser_of(app, name)
    option = next(each for each in parser._actions if text in each.option_strings)
    needed = [word for each in parser._actions if not each.option_strings and each.nargs not in {"?", "*"} for word in "x"]
    first, second = words_of(option)

    together = parser.parse_args([*needed, text, first, second])
    apart = parser.parse_args([*needed, text, first, text, second])

    assert getattr(together, option.dest) == getattr(apart, option.dest) == [first, second]


def test_fields_between_commas_may_come_in_several_options():
    options = parser_of("crm", "export_worksheet").parse_args(["--fields", "id,email", "--fields", "phone, state", "a.csv"])

    assert names_in(options.fields) == ["id", "email", "phone", "state"]


@pytest.mark.parametrize("option", [["--ids", "a"], ["--keys", "email", "a"], ["--where", "state=SP"]])
def test_one_file_of_members_is_not_replaced_by_the_next(option):
    with pytest.raises(CommandError, match="once"):
        parser_of("clusters", "change_members").parse_args(["Dealers", "replace", *option, *option])
