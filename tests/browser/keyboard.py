"""A person without a mouse: everything is reached with Tab, seen where the focus is, and done with keys."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 150
HAS_FOCUS = "element => element === document.activeElement"
# The name of the group of radio buttons that has the focus.
GROUP = "() => document.activeElement?.type === 'radio' ? document.activeElement.name : ''"
# What is under something else, as a bar that stays in view, cannot be seen although it has the focus.
IS_SEEN = """element => {
  const box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return Boolean(top) && (element.contains(top) || top.contains(element) || [...(element.labels ?? [])].some(label => label.contains(top)));
}"""


@dataclass(frozen=True)
class Keyboard:
    """`stop` looks at each page that is come to: axe where there are scripts."""

    page: Page
    stop: Callable[[], None]
    has_scripts: bool

    def go_to(self, target: Locator) -> None:
        """Tab by Tab from where the focus is, around the page once at most."""
        expect(target).to_be_visible()
        for _tab in range(MOST_TABS):
            if target.evaluate(HAS_FOCUS):
                assert target.evaluate(IS_SEEN), f"{target} has the focus and is covered"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is not reached with Tab")

    def press(self, target: Locator) -> None:
        """Follows a link, presses a button, opens a part of the page."""
        self.go_to(target)
        self.page.keyboard.press("Enter")

    def type(self, target: Locator, text: str) -> None:
        self.go_to(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def pick(self, radio: Locator) -> None:
        """Within a group of radio buttons the arrows lead on."""
        group = radio.get_attribute("name")
        for _tab in range(MOST_TABS):
            if self.page.evaluate(GROUP) == group:
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        for _arrow in range(10):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{radio} is not reached with the arrows")

    def choose(self, select: Locator, label: str) -> None:
        """Typing finds the option of a closed list."""
        self.go_to(select)
        self.page.keyboard.type(label)
        expect(select.locator("option:checked")).to_have_text(label)

    def attach(self, field: Locator, file: Path) -> None:
        self.go_to(field)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)
