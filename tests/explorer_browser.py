"""A headless Chromium with the bound explorer in it, for tests/explorer.py."""
import os
import re

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

# What the page shows, statement by statement; figures are the full numbers behind those that one reads.
SCRAPE = r"""
const done = arguments[arguments.length - 1];
const frames = window.requestAnimationFrame;   // what the page draws is read at once, not painted first
window.requestAnimationFrame = (draw) => { queueMicrotask(draw); return 1; };
const settled = () => new Promise((next) => queueMicrotask(next));
const value = (node) => (node ? node.value : null);
const readings = [];
const note = (root) => { for (const node of root.querySelectorAll("data")) readings.push([node.value, node.textContent]); };
const needs = (node) => [...node.querySelectorAll("[data-need]")].map((link) => link.dataset.need);
function cells(row, read) { return [...row.querySelectorAll("td")].map((cell) => (cell.className === "none" ? null : read(cell))); }
(async () => {
    const chooser = document.getElementById("shown"), first = chooser.value, statements = {};
    await settled();
    for (const option of [...chooser.options]) {
        chooser.value = option.value;
        chooser.dispatchEvent(new Event("change"));
        await settled();
        const cards = [...document.querySelectorAll("#cards .card")], names = cards.map((card) => card.dataset.form);
        if (document.getElementById("cards").dataset.statement !== option.value) throw new Error(`${option.value} is not shown`);
        const forms = cards.map((card) => ({ rhs: value(card.querySelector(".rhs")), needs: needs(card), terms: {}, conditions: {} }));
        for (const row of document.querySelectorAll("#terms [data-term]"))
            cells(row, (cell) => value(cell.querySelector("data"))).forEach((x, i) => { if (x !== null) forms[i].terms[row.dataset.term] = x; });
        for (const row of document.querySelectorAll("#terms [data-condition]"))
            cells(row, (cell) => ({ value: value(cell.querySelector(".value")), limit: value(cell.querySelector(".limit")), holds: cell.dataset.holds }))
                .forEach((x, i) => { if (x !== null) forms[i].conditions[row.dataset.condition] = x; });
        statements[option.value] = Object.fromEntries(names.map((name, i) => [name, forms[i]]));
        note(document.getElementById("top"));
        note(document.getElementById("terms"));
    }
    chooser.value = first;
    chooser.dispatchEvent(new Event("change"));
    await settled();
    const overview = {};
    for (const row of document.querySelectorAll("#overview [data-statement]"))
        overview[row.dataset.statement] = Object.fromEntries([...row.querySelectorAll("td:not(.none)")].map((cell) => [cell.dataset.form, value(cell.querySelector(".rhs"))]));
    const levels = [...document.querySelectorAll("#waterfall .row")].map((row) => [row.dataset.step, row.dataset.level, row.dataset.nats || null]);
    const remark = {};
    for (const demand of document.querySelectorAll("#remark .demand")) {
        const chosen = Object.fromEntries([...demand.querySelectorAll("tr[data-constant]")].map((row) => [row.dataset.constant, value(row.querySelector(".demanded"))]));
        const failed = Object.fromEntries([...demand.querySelectorAll("li")].map((item) => [item.dataset.condition, { value: value(item.querySelector(".value")), limit: value(item.querySelector(".limit")) }]));
        remark[demand.dataset.form] = { chosen, failed, needs: needs(demand) };
    }
    note(document.getElementById("remark"));
    note(document.getElementById("overview"));
    done({ statements, overview, levels, remark, readings, hash: location.hash });
})().catch((error) => done({ failure: String(error) })).finally(() => { window.requestAnimationFrame = frames; });
"""


def open_browser(program, driver_program):
    options = Options()
    options.binary_location = program
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={os.getcwd()}/profile"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service(driver_program), options=options)
    driver.set_script_timeout(60)
    return driver


class Page:
    def __init__(self, driver, url):
        self.driver, self.url = driver, url

    def wait(self):
        WebDriverWait(self.driver, 20, 0.02).until(lambda d: d.execute_script("return document.body && document.body.dataset.ready"))
        self.settle()

    def settle(self):
        self.driver.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))")

    def open(self, link=""):
        self.driver.get("about:blank")
        self.driver.get(self.url + link)
        self.wait()

    def follow(self, link):
        self.driver.execute_script("location.hash = arguments[0]", link)
        self.settle()
        self.settle()

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def ask(self, selector, expression):
        """What JavaScript says of `node`, the first element of this kind. (Selenium's own questions take ten times as long.)"""
        return self.driver.execute_script(f"const node = document.querySelector(arguments[0]); return {expression}", selector)

    def text(self, selector):
        return self.ask(selector, "node.textContent")

    def shown(self, selector):
        return self.ask(selector, "node.getClientRects().length > 0")

    def all(self, selector, expression):
        return self.driver.execute_script(f"return [...document.querySelectorAll(arguments[0])].map((node) => {expression})", selector)

    def field(self, name):
        return self.ask(f"#constant-{name}", "node.value")

    def type(self, name, text):
        """As a person does, in whatever group the field is."""
        field = self.find(f"#constant-{name}")
        self.driver.execute_script("arguments[0].closest('details').open = true", field)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(Keys.BACKSPACE if text == "" else text)
        self.settle()

    def scrape(self):
        seen = self.driver.execute_async_script(SCRAPE)
        if "failure" in seen:
            raise AssertionError(seen["failure"])
        return seen

    def constants(self):
        hash = self.driver.execute_script("return location.hash").lstrip("#")
        return {name: float(value) for name, value in (part.split("=") for part in hash.split(",")) if name != "show"}


def luminance(colour):
    channels = [int(c) / 255 for c in re.findall(r"\d+", colour)[:3]]
    return sum(w * (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4) for w, c in zip((0.2126, 0.7152, 0.0722), channels))


def contrast(page, selector):
    ink, ground = page.driver.execute_script(
        "const n = document.querySelector(arguments[0]); let b = n; while (getComputedStyle(b).backgroundColor === 'rgba(0, 0, 0, 0)') b = b.parentElement;"
        "return [getComputedStyle(n).color, getComputedStyle(b).backgroundColor]", selector)
    high, low = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)
