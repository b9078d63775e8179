"""Whoever signs in sees what runs."""


def test_jobs_page_is_reachable_and_accessible(page, axe_clean):
    page.goto("/jobs/")

    assert page.locator("h1").inner_text() == "Jobs"
    axe_clean(page)
