"""A headless Chromium with the bound explorer in it, and how what it shows is compared, for tests/explorer.py."""
import math
import os
import re

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

TOLERANCE = 1e-12   # relative; libm on this machine and in WebAssembly may round the last bit differently
compared = {"figures": 0, "equal": 0, "worst": 0.0}

# What the page shows, statement by statement; figures are the full numbers behind those that one reads.
SCRAPE = r"""
const done = arguments[arguments.length - 1];
const frames = window.requestAnimationFrame;   // what the page draws is read at once, not painted first
window.requestAnimationFrame = (draw) => { queueMicrotask(draw); return 1; };
const settled = () => new Promise((next) => queueMicrotask(next));
const value = (node) => (node ? node.value : null);
const text = (node) => (node ? node.textContent : null);
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
        const forms = cards.map((card) => ({ rhs: value(card.querySelector(".rhs")), left: text(card.querySelector(".relation")), needs: needs(card), terms: {}, conditions: {} }));
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
        const why = demand.querySelector(".why");
        remark[demand.dataset.form] = { chosen, failed, needs: needs(demand), why: why && [...why.querySelectorAll("data")].map(value) };
    }
    note(document.getElementById("remark"));
    note(document.getElementById("overview"));
    dispatchEvent(new Event("pagehide"));
    done({ statements, overview, levels, remark, readings, hash: location.hash });
})().catch((error) => done({ failure: String(error) })).finally(() => { window.requestAnimationFrame = frames; });
"""

DRAG = r"""
const [name, places, done] = arguments, slider = document.getElementById(`constant-${name}-slider`);
const frames = window.requestAnimationFrame;
const write = history.replaceState;
let writes = 0;
window.requestAnimationFrame = (draw) => { queueMicrotask(draw); return 1; };
history.replaceState = (...what) => {
    writes++;
    write.apply(history, what);
};
(async () => {
    for (let place = 1; place <= places; place++) {
        slider.value = place;
        slider.dispatchEvent(new Event("input"));
        await new Promise((next) => queueMicrotask(next));
    }
})().finally(() => {
    window.requestAnimationFrame = frames;
    delete history.replaceState;
    done(writes);
});
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
        self.link()
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

    def link(self):
        """The address bar's, without waiting until things rest: the page writes it when it is left, too."""
        return self.driver.execute_script("dispatchEvent(new Event('pagehide')); return location.hash")

    def constants(self):
        parts = (part.split("=") for part in self.link().lstrip("#").split(","))
        return {name: float(value) for name, value in parts if name != "show"}

    def wait_for(self, condition, otherwise):
        WebDriverWait(self.driver, 5, 0.05).until(lambda d: d.execute_script(f"return {condition}"), otherwise)

    def drag(self, name, places):
        """A slider past so many places, each drawn at once. Returns how often that wrote to the address bar."""
        return self.driver.execute_async_script(DRAG, name, places)

    def press(self, selector, *keys):
        """Keys on what gets the focus for it. Returns whether the focus is on an element of this kind afterwards."""
        self.driver.execute_script("document.querySelector(arguments[0]).focus()", selector)
        self.driver.switch_to.active_element.send_keys(*keys)
        self.settle()
        return self.driver.execute_script("return document.activeElement.matches(arguments[0])", selector)


def luminance(colour):
    channels = [int(c) / 255 for c in re.findall(r"\d+", colour)[:3]]
    return sum(w * (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4) for w, c in zip((0.2126, 0.7152, 0.0722), channels))


def contrast(page, selector):
    ink, ground = page.driver.execute_script(
        "const n = document.querySelector(arguments[0]); let b = n; while (getComputedStyle(b).backgroundColor === 'rgba(0, 0, 0, 0)') b = b.parentElement;"
        "return [getComputedStyle(n).color, getComputedStyle(b).backgroundColor]", selector)
    high, low = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def expect(condition, words):
    if not condition:
        raise AssertionError(words)


def number(text):
    """What JavaScript wrote, or JSON has: a float, or None for what is not finite."""
    if text is None:
        return None
    x = float(str(text).replace("Infinity", "inf"))
    return x if math.isfinite(x) else None


def same(shown, native, where):
    a, b = number(shown), number(native)
    compared["figures"] += 1
    if a is None or b is None:
        expect(a is None and b is None, f"{where}: the page has {shown}, the library {native}")
        compared["equal"] += 1
        return
    difference = abs(a - b) / max(abs(a), abs(b)) if a != b else 0.0
    compared["equal"] += a == b
    compared["worst"] = max(compared["worst"], difference)
    expect(difference <= TOLERANCE, f"{where}: the page has {a!r}, the library {b!r}")


def compare_statements(seen, native):
    expect(sum(len(forms) for forms in seen["statements"].values()) == len(native), "not as many statements and forms")
    for row in native:
        where = f"{row['name']} {row['form']}"
        shown = seen["statements"][row["name"]][row["form"]]
        rhs = row["rhs"]["value"] if row["rhs"] else None
        expect(shown["needs"] == row.get("needs", []), f"{where}: needs {shown['needs']}, not {row.get('needs', [])}")
        words = LEFT_SIDES.get(row["name"], DIVERGENCE)
        expect(shown["left"] is None if shown["needs"] else shown["left"].startswith(words + " "), f"{where}: on the left '{shown['left']}', not '{words}'")
        same(shown["rhs"], rhs, where)
        same(seen["overview"][row["name"]][row["form"]], rhs, where + " in the overview")
        expect(set(shown["terms"]) == set(row["terms"]), f"{where}: terms {sorted(shown['terms'])}")
        for name, value in row["terms"].items():
            same(shown["terms"][name], value, f"{where}, {name}")
        expect(list(sorted(shown["conditions"])) == sorted(c["name"] for c in row["conditions"]), f"{where}: conditions {sorted(shown['conditions'])}")
        for condition in row["conditions"]:
            there = shown["conditions"][condition["name"]]
            same(there["value"], condition["value"], f"{where}, value of {condition['name']}")
            same(there["limit"], condition["limit"], f"{where}, limit of {condition['name']}")
            expect(there["holds"] == str(condition["holds"]).lower(), f"{where}: {condition['name']} {there['holds']}")


def compare_levels(seen, native):
    steps = {name: level for name, level, _ in seen["levels"]}
    if "data processing" not in steps and "Theorem 4.11 sharp" in steps:
        steps["data processing"] = steps["Theorem 4.11 sharp"]
    for step in native["levels"]:
        same(steps[step["step"]], step["level"], f"level of {step['step']}")
    for name, level, nats in seen["levels"]:
        wanted = [step["nats"] for step in native["levels"] if step["step"] == name]
        if wanted and nats is not None and name != native["levels"][0]["step"]:
            same(nats, wanted[0], f"nats of {name}")


def compare_remark(seen, native):
    for form in ("printed", "corrected"):
        shown, wanted = seen["remark"][form], native[form]
        expect(len(shown["needs"]) == wanted["missing"], f"Remark 4.12 {form}: needs {shown['needs']}")
        if wanted["missing"]:
            continue
        for name, value in shown["chosen"].items():
            same(value, wanted[name], f"Remark 4.12 {form}: {name}")
        failed = {c["name"]: c for c in wanted["conditions"] if not c["holds"]}
        expect(set(shown["failed"]) == set(failed), f"Remark 4.12 {form}: {sorted(shown['failed'])} fail, not {sorted(failed)}")
        starts = [c for c in wanted["conditions"] if c["name"] == "F0 <= (d+M2) e^-2"]
        expect(len(starts) == 1, "the remark has no condition on F0 alone")
        expect((shown["why"] is None) == starts[0]["holds"], f"Remark 4.12 {form}: explained by {shown['why']}")
        for figure, native_figure in zip(shown["why"] or [], (starts[0]["limit"], starts[0]["value"])):
            same(figure, native_figure, f"why there is no choice {form}")
        for name, condition in failed.items():
            same(shown["failed"][name]["value"], condition["value"], name)
            same(shown["failed"][name]["limit"], condition["limit"], name)


# What a statement bounds, where that is not the divergence of what is generated; without lower indices' underscores.
DIVERGENCE = "KL(q\u03b4 \u2016 p)"
LEFT_SIDES = {
    "assumption_4_1": "L", "assumption_4_2": "w\u00b2", "assumption_4_3": "max(\u03c3\u2081, \u03c3\u2082)", "assumption_4_4": "M\u2082",
    "lemma_4_5": "discretisation error", "lemma_4_6": "mean |\u2207F|\u00b2", "zhou_2024": "mean |\u2207F|\u00b2", "lemma_4_7": "F\u2099(\u03b8R)",
    "lemma_4_8": "score loss", "lemma_4_9": "KL of the paths", "chen_chewi_2023": "TV(q\u03b4, p)", "heterogeneity": "residual of one worker",
}

RAISED = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b\u2212", "0123456789--")


def compare_readings(seen):
    """The four digits that one reads are those of the number behind them."""
    for value, text in seen["readings"]:
        x = float(value.replace("Infinity", "inf"))
        if not math.isfinite(x):
            expect(text in ("\u2013", "\u221e", "\u2212\u221e"), f"{value} reads '{text}'")
            continue
        mantissa, _, power = text.replace("\u2009", "").translate(RAISED).partition("\u00d710")
        read = float(mantissa) * 10.0 ** int(power or 0)
        expect(abs(read - x) <= 5.01e-4 * abs(x), f"{value} reads '{text}'")
