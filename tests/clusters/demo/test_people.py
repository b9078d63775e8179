"""The people of the demo."""

from datetime import UTC, datetime

import pytest
from stdnum.br import cpf as official

from clusters.demo.people import ADDRESS_COLUMNS, CUSTOMER_COLUMNS, ORDER_COLUMNS, cpf, person

TODAY = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_a_person_follows_from_number_and_seed_alone():
    assert person(7, seed=3, today=TODAY) == person(7, seed=3, today=TODAY)
    assert person(7, seed=3, today=TODAY) != person(7, seed=4, today=TODAY)


@pytest.mark.parametrize("root", [1, 111_111_111, 529_982_247, 999_999_998])
def test_documents_have_the_digits_that_check_them(root):
    assert official.is_valid(cpf(root))


def test_what_a_customer_spent_is_the_sum_of_the_orders_that_were_not_cancelled():
    for number in range(1, 300):
        one = person(number, seed=1, today=TODAY)
        kept = [order for order in one.orders if order[ORDER_COLUMNS.index("status")] != "cancelled"]

        total, last = (one.customer[CUSTOMER_COLUMNS.index(name)] for name in ("totalSpent", "lastOrderAt"))
        assert (total or 0) == sum(order[ORDER_COLUMNS.index("total")] for order in kept)
        assert last == max((order[ORDER_COLUMNS.index("orderedAt")] for order in kept), default=None)
        assert all(order[ORDER_COLUMNS.index("orderedAt")] < TODAY for order in one.orders)


def test_addresses_and_orders_belong_to_their_customer():
    people = [person(number, seed=1, today=TODAY) for number in range(1, 300)]

    for one in people:
        owner = one.customer[0]
        assert {row[ADDRESS_COLUMNS.index("userId")] for row in one.addresses} <= {owner}
        assert {row[ORDER_COLUMNS.index("userId")] for row in one.orders} <= {owner}
    ids = [row[0] for one in people for row in (one.customer, *one.addresses, *one.orders)]
    assert len(ids) == len(set(ids))
