# SPDX-License-Identifier: Apache-2.0
"""The matrix page in a real browser: what it shows, its search, its reasons, and that it asks nobody.

    matrix_page_test.py PORTCULLIS [--pictures FOLDER]

Without chromium it ends with 77, which ctest shows as skipped.
"""

import argparse
import collections
import importlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Any

import world

try:  # Whose own types are halves.
    webdriver: Any = importlib.import_module("selenium.webdriver")
    Keys: Any = importlib.import_module("selenium.webdriver.common.keys").Keys
    WebDriverWait: Any = importlib.import_module("selenium.webdriver.support.wait").WebDriverWait
except ImportError:
    print("no selenium: tools/install-deps.sh browser")
    sys.exit(77)

SIZES = {15: 3, 500: 10}  # pods: namespaces
LOOKS = ["all", "some", "none", "absent"]
OPTIONS = argparse.Namespace()


def matrix(folder: pathlib.Path, pods: int, form: str) -> str:
    """What `portcullis matrix` makes of a world of so many pods."""
    objects = folder / f"{pods}.json"
    objects.write_text(json.dumps(world.world(pods, SIZES[pods])))
    command = [OPTIONS.portcullis, "matrix", "-f", str(objects), "-o", form]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def looks_in(data: Any) -> collections.Counter[str]:
    """How many cells have which look, from the JSON output."""
    looks: collections.Counter[str] = collections.Counter()
    for row in data["reach"]["ipv4"]:
        for number in row:
            answer = None if number is None else data["answers"][number]
            if answer is None:
                looks["absent"] += 1
            elif answer["everything"]:
                looks["all"] += 1
            else:
                looks["none" if answer["text"] == "nothing" else "some"] += 1
    return looks


class Page(unittest.TestCase):
    browser: Any
    folder: pathlib.Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,900", "--force-color-profile=srgb"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        cls.browser = webdriver.Chrome(options=options, service=webdriver.chrome.service.Service("/usr/bin/chromedriver"))
        cls.addClassCleanup(cls.browser.quit)

    def open(self, pods: int) -> Any:
        page = self.folder / f"{pods}.html"
        page.write_text(matrix(self.folder, pods, "html"))
        self.browser.get(page.as_uri())
        return json.loads(matrix(self.folder, pods, "json"))

    def tearDown(self) -> None:
        self.assertEqual([entry for entry in self.browser.get_log("browser") if entry["level"] != "INFO"], [])

    def count(self, selector: str) -> int:
        return int(self.browser.execute_script("return document.querySelectorAll(arguments[0]).length", selector))

    def until(self, condition: Any) -> None:
        WebDriverWait(self.browser, 20).until(lambda _: condition())

    def find(self, selector: str) -> Any:
        return self.browser.find_element("css selector", selector)

    def reasons(self) -> str:
        return str(self.find("#reasons").text)

    def picture(self, name: str) -> None:
        if OPTIONS.pictures:
            self.browser.save_screenshot(str(pathlib.Path(OPTIONS.pictures) / name))

    def test_cells_are_those_of_the_json_output(self) -> None:
        for pods in SIZES:
            with self.subTest(pods=pods):
                data = self.open(pods)
                self.assertEqual(self.count("tbody tr"), len(data["ends"]))
                self.assertEqual({look: self.count(f"td.{look}") for look in LOOKS}, {look: looks_in(data)[look] for look in LOOKS})

    def test_a_click_says_why(self) -> None:
        self.open(15)
        self.find('td[aria-label^="shop/api"][aria-label*=" to shop/db"]').click()
        self.assertIn("5432/TCP", self.reasons())
        self.assertIn("isolated by shop/db, shop/default-deny, shop/metrics", self.reasons())
        self.assertIn("shop/db ingress[0]", self.find("#reasons li.yes").text)
        self.picture("reasons.png")

    def test_arrow_keys_and_enter_do_as_the_mouse(self) -> None:
        self.open(15)
        self.find("td").click()
        before = self.reasons()
        keys = webdriver.ActionChains(self.browser)
        keys.send_keys(Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ENTER).perform()
        self.assertNotEqual(self.reasons(), before)
        self.assertEqual(self.browser.switch_to.active_element.get_attribute("data-at"), "1 1")

    def test_what_audited_policies_would_deny_is_marked(self) -> None:
        data = self.open(15)
        would_deny = [cell for row in data["reach"]["ipv4"] for cell in row if cell is not None and data["answers"][cell]["wouldDeny"]]
        self.assertGreater(len(would_deny), 5)
        self.assertEqual(self.count("td.audited"), len(would_deny))
        cell = self.find('td.audited[aria-label^="shop/web"][aria-label*=" to catalog/api"]')
        self.assertEqual(cell.text, "!")
        self.assertIn("everything; audited policy catalog/trial would deny everything", cell.get_attribute("aria-label"))
        cell.click()
        self.assertIn("Audited policy catalog/trial would deny everything. It is only logged.", self.reasons())
        self.assertIn("Yes: only audited policies select it for ingress", self.reasons())
        self.picture("audited.png")
        self.find('#only option[value="audited"]').click()
        self.assertEqual(self.count("td:not(.dim):not(.absent)"), len(would_deny))
        self.find("#fold").click()
        self.assertGreater(self.count("td.mixed.audited, td.all.audited"), 0)

    def test_search_leaves_what_fits(self) -> None:
        self.open(500)
        self.find("#from").send_keys("shop db")
        self.until(lambda: self.count("tbody tr") == 1)
        self.assertIn("db", self.find("tbody th.name").text)
        self.find("#to").send_keys("nobody has this name")
        self.until(lambda: self.find("#empty").is_displayed())

    def test_a_port_leaves_all_or_nothing(self) -> None:
        self.open(15)
        self.find("#port").send_keys("5432/TCP")
        self.until(lambda: self.count("td.some") == 0)
        self.assertEqual(self.find('td[aria-label^="shop/api"][aria-label*=" to shop/db"]').get_attribute("class"), "all")

    def test_folded_namespaces_show_how_much_is_open(self) -> None:
        data = self.open(500)
        self.find("#fold").click()
        places = {end.get("namespace", end["kind"]) for end in data["ends"]}
        self.assertEqual(self.count("tbody tr"), len(places))
        self.assertGreater(self.count("td.mixed"), 5)
        self.picture("500-pods-folded.png")

    def test_every_cell_has_a_name_and_one_takes_the_focus(self) -> None:
        self.open(15)
        self.assertEqual(self.count("td:not([aria-label])"), 0)
        self.assertEqual(self.count('td[tabindex="0"]'), 1)

    def test_it_asks_nobody(self) -> None:
        self.browser.get_log("performance")
        self.open(500)
        self.find("td").click()
        urls = []
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
        self.assertEqual([url for url in urls if not url.startswith(("file:", "data:"))], [])

    def test_pictures(self) -> None:
        for pods in SIZES:
            self.open(pods)
            if pods == 15:
                self.find('td[aria-label^="shop/api"][aria-label*=" to shop/db"]').click()
            self.picture(f"{pods}-pods.png")
        self.find("#theme").click()
        self.assertEqual(self.browser.execute_script("return document.documentElement.dataset.theme"), "dark")
        self.picture("500-pods-dark.png")


if __name__ == "__main__":
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        print("no chromium: tools/install-deps.sh browser")
        sys.exit(77)
    parser = argparse.ArgumentParser()
    parser.add_argument("portcullis")
    parser.add_argument("--pictures", help="folder for photographs")
    OPTIONS = parser.parse_args()
    os.environ.setdefault("HOME", tempfile.gettempdir())
    unittest.main(argv=[sys.argv[0], "-v"])
