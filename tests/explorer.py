"""The bound explorer, as a person meets it in a browser. Prints TAP.

    explorer.py PAGE PRESETS SCOREBOUND NATIVE BROWSER DRIVER

Every figure on the page is compared with the C library of this machine: right sides, terms and conditions with `scorebound bound --set`,
the waterfall's levels and Remark 4.12's choices with tests/explorer_native.c.
"""
import hashlib
import json
import math
import os
import random
import re
import subprocess
import sys
import traceback

from selenium.webdriver.common.keys import Keys

from explorer_browser import Page, contrast, luminance, open_browser

PAGE, PRESETS, SCOREBOUND, NATIVE, BROWSER, DRIVER = sys.argv[1:]
URL = "file://" + os.path.realpath(PAGE)
TOLERANCE = 1e-12   # relative; libm on this machine and in WebAssembly may round the last bit differently

tests = 0
failures = 0
compared = {"figures": 0, "equal": 0, "worst": 0.0}


def check(name, test, *arguments):
    global tests, failures
    tests += 1
    try:
        test(*arguments)
        print(f"ok {tests} - {name}", flush=True)
    except Exception as error:   # whatever went wrong, the other tests go on
        failures += 1
        print(f"not ok {tests} - {name}", flush=True)
        text = str(error) or traceback.format_exc()
        print("\n".join("#   " + line for line in text.strip().splitlines()[:12]), flush=True)


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


def ask(*command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def set_text(constants):
    return ",".join(f"{name}={value!r}" for name, value in constants.items())


def compare_statements(seen, text):
    native = ask(SCOREBOUND, "bound", "--set", text, "--format", "json")["statements"]
    expect(sum(len(forms) for forms in seen["statements"].values()) == len(native), "not as many statements and forms")
    for row in native:
        where = f"{row['name']} {row['form']}"
        shown = seen["statements"][row["name"]][row["form"]]
        rhs = row["rhs"]["value"] if row["rhs"] else None
        expect(shown["needs"] == row.get("needs", []), f"{where}: needs {shown['needs']}, not {row.get('needs', [])}")
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
        for name, condition in failed.items():
            same(shown["failed"][name]["value"], condition["value"], name)
            same(shown["failed"][name]["limit"], condition["limit"], name)


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


def compare_all(page, text, start=None):
    seen = page.scrape()
    native = ask(NATIVE, text, *([repr(start)] if start is not None else []))
    compare_statements(seen, text)
    compare_levels(seen, native)
    compare_remark(seen, native)
    compare_readings(seen)
    return seen


def awkward_sets(names):
    """Label -> constants by name: complete, with gaps, at the edges."""
    random.seed(2385)
    whole = {"N": 7, "S": 3, "R": 2385, "D": 911, "d": 5, "K": 77, "Gamma": 6}

    def draw(name, decades):
        if name in whole:
            return whole[name]
        size = round(10 ** random.uniform(*decades), 12)
        return -size if name == "C1" else size

    complete = {name: draw(name, (-3, 1)) for name in names}
    moderate = dict(complete, T=2.385, delta=0.0123, kappa=0.0717, eta=2.385e-6, L=3.17, F0=0.2385, M2=4.19, h=0.06)
    wild = {name: draw(name, (-8, 8)) for name in names}
    edges = {name: 0 for name in names if name not in ("N", "S", "d", "K")} | {"N": 1, "S": 1, "d": 1, "K": 1}
    huge = {name: -1e308 if name == "C1" else 1e308 for name in names if name not in whole} | whole
    gaps = {name: value for name, value in moderate.items() if random.random() < 0.6}
    return {"complete": complete, "moderate": moderate, "over sixteen decades": wild, "zeros": edges, "products beyond double": huge, "with gaps": gaps}


def page_opens(page):
    page.open()
    expect(page.ask("#cards", "node.dataset.statement") == "theorem_4_11", "Theorem 4.11 is not on top")
    expect(page.all("#cards .card", "node.dataset.form")[:3] == ["printed", "corrected", "sharp"], "no forms side by side")
    names = set(page.all("[data-constant].control", "node.dataset.constant"))
    expect(names == set(NAMES), f"constants without a control: {set(NAMES) ^ names}")


def nothing_is_fetched(page):
    addresses = set(re.findall(r"https?://[^\"'\s<>)]+", open(PAGE, encoding="ascii").read()))
    expect(addresses <= {"http://www.w3.org/2000/svg"}, f"the page names {addresses}")
    fetched = page.driver.execute_script("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    expect(not fetched, f"the page fetched {fetched}")
    policy = page.ask("meta[http-equiv=Content-Security-Policy]", "node.content")
    expect(policy.startswith("default-src 'none';") and "http" not in policy, policy)


def console_is_silent(page):
    entries = page.driver.get_log("browser")
    expect(not entries, "\n".join(entry["message"] for entry in entries))


def set_equals_native(page, constants):
    page.follow("#" + set_text(constants))
    compare_all(page, set_text(constants))


def comparison_can_fail(page, constants):
    before = dict(compared)
    page.follow("#" + set_text(constants))
    seen, moved = page.scrape(), set_text(dict(constants, eta=constants["eta"] * (1 + 1e-9), M2=constants["M2"] * (1 + 1e-9)))
    for comparison in (lambda: compare_statements(seen, moved), lambda: compare_levels(seen, ask(NATIVE, moved)), lambda: compare_remark(seen, ask(NATIVE, moved))):
        try:
            comparison()
        except AssertionError:
            continue
        raise AssertionError("constants that differ by 1e-9 make no difference")
    compared.update(before)


def slider_moves(page):
    page.open()
    before, start = page.scrape(), page.field("w2")
    slider = page.find("#constant-w2-slider")
    slider.send_keys(*[Keys.ARROW_LEFT] * 25)
    page.settle()
    constants, after = page.constants(), page.scrape()
    expect(float(page.field("w2")) == constants["w2"] < float(start), f"w2 went from {start} to {page.field('w2')}")
    for form in ("printed", "corrected"):
        expect(float(after["statements"]["theorem_4_11"][form]["rhs"]) < float(before["statements"]["theorem_4_11"][form]["rhs"]), f"{form} did not fall")
    expect(before["levels"] != after["levels"] and before["levels"][0][0] == "measured KL" and after["levels"][0][0] == "Theorem 4.11 sharp", "the waterfall stayed")
    expect(page.shown("#changed"), "not said to be changed")
    compare_statements(after, set_text(constants))
    compare_levels(after, ask(NATIVE, set_text(constants)))


def link_carries_the_state(page):
    page.open()
    page.type("eta", "2.385e-5")
    page.type("kl_init", "")
    page.driver.execute_script("const s = document.getElementById('shown'); s.value = 'lemma_4_7'; s.dispatchEvent(new Event('change'))")
    page.settle()
    page.driver.execute_script("Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.taken = text; } } })")
    page.find("#copy").click()
    page.settle()
    link, before = page.driver.execute_script("return window.taken"), page.scrape()
    page.find("#command").click()
    page.settle()
    command = page.driver.execute_script("return window.taken")
    page.open("#" + link.split("#")[1])
    expect(link.startswith(URL), link)
    after = page.scrape()
    expect(page.ask("#shown", "node.value") == "lemma_4_7", "another statement on top")
    for part in ("statements", "levels", "remark", "hash"):
        expect(before[part] == after[part], f"{part} differ")
    expect(command.startswith("scorebound bound --set N=") and "eta=0.00002385" in command and "kl_init" not in command, command)
    compare_statements(after, command.split(" ")[3])


def presets_are_the_documented(path):
    """Their .info has their hash; the page holds the very same text."""
    text = open(path, "rb").read()
    expect(hashlib.sha256(text).hexdigest() in open(path[: -len("json")] + "info", encoding="ascii").read(), "the .info has another hash")
    expect(text in open(PAGE, "rb").read(), "the page holds other presets")


def presets_load(page, presets):
    page.open()
    chooser = page.find("#preset")
    expect(page.all("#preset option", "node.value") == [preset["name"] for preset in presets], "other presets")
    for preset in presets:
        page.driver.execute_script("arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change'))", chooser, preset["name"])
        page.settle()
        expect(page.constants() == preset["constants"], f"{preset['name']}: other constants")
        expect(page.text("#preset-about") == preset["about"] and not page.shown("#changed"), f"{preset['name']}: said to be changed")
        first = page.ask("#waterfall .row", "node.dataset.step")
        expect((first == "measured KL") == (preset["kl"] is not None), f"{preset['name']}: begins with {first}")
        statement = {"lemma-4.6-counterexample": "lemma_4_6", "lemma-4.7-counterexample": "lemma_4_7"}.get(preset["name"])
        expect(statement in (None, page.ask("#shown", "node.value")), f"{preset['name']}: not {statement} on top")


def preset_equals_native(page, preset):
    page.open()
    compare_all(page, set_text(preset["constants"]), preset["kl"]["value"])


def links_that_are_wrong(page):
    for link, words in (("#N=abc", "'abc' is not a finite number"), ("#N=0", "N: must be at least 1"), ("#C1=2", "C1: must be at most 0"), ("#S=2.5", "must be a whole number"),
                        ("#nu=3,eta=1e-4", "'nu=3': no such constant"), ("#%E0%A4%A", "no such constant"), ("#show=lemma_9", "no such constant"), ("#=,=,,", "no such constant"),
                        ("#__proto__=3", "no such constant"), ("#L=1e999", "not a finite number"), ("#mu=1e-400", "too small"), ("#" + "x=1," * 30000, "no such constant"),
                        ("#T=<b>x", "not a finite number")):
        page.follow(link)
        expect(page.shown("#mistakes") and words in page.text("#mistakes"), f"{link[:40]}: {page.text('#mistakes')}")
        expect(len(page.all("#overview [data-statement]", "0")) == 21, f"{link[:40]}: no statements")
    page.open("#nu=3,eta=1e-4,show=lemma_4_6")   # from the start, too
    expect(page.shown("#mistakes"), "nothing is said of nu")
    expect(page.constants() == {"eta": 1e-4} and page.ask("#shown", "node.value") == "lemma_4_6", "the rest of the link was lost")


def not_given(page):
    page.open()
    page.find("#constant-eta-given").click()
    page.settle()
    expect(page.field("eta") == "" and "eta" not in page.constants(), "eta is still there")
    expect(page.all("#cards [data-form=corrected] [data-need]", "node.dataset.need") == ["eta"], "the corrected card does not ask for eta")
    compare_statements(page.scrape(), set_text(page.constants()))
    page.find("#cards [data-form=corrected] [data-need]").click()
    page.settle()
    expect(page.driver.execute_script("return document.activeElement.id") == "constant-eta", "its field is not in focus")
    page.find("#constant-eta-given").click()
    page.settle()
    expect(page.constants() == {name: value for name, value in FIRST["constants"].items()}, "not what it was")


def mistakes_in_fields(page):
    page.open()
    for name, text, words in (("N", "0", "N must be at least 1"), ("S", "1.5", "S must be a whole number"), ("C1", "3", "C1 must be at most 0"), ("L", "big", "'big' is not a finite number")):
        before = page.constants()
        page.type(name, text)
        expect(words in page.text(f"#constant-{name}-mistake") and page.ask(f"#constant-{name}", "node.ariaInvalid") == "true", page.text(f"#constant-{name}-mistake"))
        expect(page.constants()[name] == before[name] or name in ("S", "L"), f"{name} was taken")
    page.type("N", "12")
    expect(page.constants()["N"] == 12 and page.ask("#constant-N", "node.ariaInvalid") == "false", "12 workers were not taken")
    page.find("#reset").click()
    page.settle()
    expect(page.constants() == FIRST["constants"] and not page.all("[aria-invalid=true]", "node.id"), "Reset left something")


def remark_is_the_programs(page):
    """A choice that exists: as `scorebound choose --set` makes it; its button sets the sliders so."""
    given = {"N": 4, "S": 2, "R": 300, "d": 3, "delta": 0.02, "M2": 2.7, "L": 5.1, "w2": 0.013, "sigma1": 0.4, "sigma2": 0.1, "Gamma": 3, "F0": 0.2385, "Fn0": 0.3, "dtheta": 0.8, "C1": -0.1}
    chosen = ask(SCOREBOUND, "choose", "--set", set_text(given | {"K": 64}), "--format", "json")["choices"]
    page.open("#" + set_text(given))
    seen = page.scrape()["remark"]
    for form in ("printed", "corrected"):
        choice = next(c for c in chosen if c["name"] == form)
        expect(not seen[form]["failed"] and choice["feasible"], f"{form}: {seen[form]['failed']}")
        for name in ("T", "K", "eta"):
            same(seen[form]["chosen"][name], choice[name], f"{form} {name}")
        expect(choice["kappa"] <= float(seen[form]["chosen"]["kappa"]), f"{form}: the grid's kappa is above what the page demands")
    page.driver.execute_script("document.querySelector('#remark [data-form=corrected] button').click()")
    page.settle()
    after = page.scrape()
    for name, value in seen["corrected"]["chosen"].items():
        same(page.constants()[name], value, name)
    conditions = after["statements"]["remark_4_12"]["corrected"]["conditions"]
    expect(len(conditions) > 8 and all(c["holds"] == "true" for c in conditions.values()), "a condition fails at the choice")


def looks(page, scheme, width):
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600})
    page.open()
    dark = luminance(page.driver.execute_script("return getComputedStyle(document.body).backgroundColor")) < 0.2
    expect(dark == (scheme == "dark"), f"the page is {'dark' if dark else 'light'}")
    for selector in ("h1", ".rhs", ".card .verdict", ".meaning", "#fall .note", "#overview button", "#remark .verdict", "td.fails .mark"):
        expect(contrast(page, selector) >= 4.5, f"{selector}: contrast {contrast(page, selector):.2f}")
    wide, high = page.driver.execute_script("return [document.documentElement.scrollWidth - innerWidth, document.querySelector('#top').getBoundingClientRect().bottom]")
    expect(wide <= 0, f"{wide} pixels too wide")
    expect(high < 600, f"the cards end at {high}")
    out = page.driver.execute_script(
        "const frame = document.getElementById('waterfall').getBoundingClientRect(), box = (text) => text.getBoundingClientRect();"
        "return [...document.querySelectorAll('#waterfall text')]"
        ".filter((text) => box(text).left < frame.left - 1 || box(text).right > frame.right + 1).map((text) => text.textContent)")
    expect(not out, f"cut in the waterfall: {out}")


NAMES = re.findall(r"ROW\((\w+),", open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bounds", "constants.h"), encoding="ascii").read())
PRESET_LIST = json.load(open(PRESETS, encoding="ascii"))["presets"]
FIRST = PRESET_LIST[0]

browser = open_browser(BROWSER, DRIVER)
try:
    subject = Page(browser, URL)
    check("the page opens", page_opens, subject)
    check("nothing is fetched", nothing_is_fetched, subject)
    for label, values in awkward_sets(NAMES).items():
        check(f"figures are the C library's: {label}", set_equals_native, subject, values)
    check("figures are the C library's: the first preset, from its KL", preset_equals_native, subject, FIRST)
    check("the comparison can fail", comparison_can_fail, subject, awkward_sets(NAMES)["moderate"])
    check("a slider moves and figures follow", slider_moves, subject)
    check("Remark 4.12's choice is the program's", remark_is_the_programs, subject)
    check("presets are those of the data file", presets_are_the_documented, PRESETS)
    check("presets load", presets_load, subject, PRESET_LIST)
    check("a link carries the state", link_carries_the_state, subject)
    check("a constant can be left out", not_given, subject)
    check("mistakes in fields, and Reset", mistakes_in_fields, subject)
    check("links that are wrong", links_that_are_wrong, subject)
    for scheme in ("light", "dark"):
        for width in (1440, 768, 390):
            check(f"{scheme}, {width} pixels wide", looks, subject, scheme, width)
    check("the console is silent", console_is_silent, subject)
finally:
    browser.quit()
print(f"1..{tests}")
print(f"# {compared['figures']} figures compared, {compared['equal']} equal bit by bit; largest relative difference {compared['worst']:.1e}")
sys.exit(failures > 0)
