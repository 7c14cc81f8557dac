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

from explorer_browser import (Page, compare_levels, compare_readings, compare_remark, compare_statements, compared, contrast, expect, luminance,
                              open_browser, same)

PAGE, PRESETS, SCOREBOUND, NATIVE, BROWSER, DRIVER = sys.argv[1:]
URL = "file://" + os.path.realpath(PAGE)

tests = 0
failures = 0


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


def ask(*command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def bounds(text):
    return ask(SCOREBOUND, "bound", "--set", text, "--format", "json")["statements"]


def set_text(constants):
    return ",".join(f"{name}={value!r}" for name, value in constants.items())


def compare_all(page, text, start=None):
    seen = page.scrape()
    native = ask(NATIVE, text, *([repr(start)] if start is not None else []))
    compare_statements(seen, bounds(text))
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
    for comparison in (lambda: compare_statements(seen, bounds(moved)), lambda: compare_levels(seen, ask(NATIVE, moved)), lambda: compare_remark(seen, ask(NATIVE, moved))):
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
    compare_statements(after, bounds(set_text(constants)))
    compare_levels(after, ask(NATIVE, set_text(constants)))


def slider_stays_finite(page):
    """Where the range of a slider is beyond that of a double."""
    largest = sys.float_info.max
    for name, value, place, key in (("L", 1e308, "1000", Keys.ARROW_LEFT), ("eta", 1e-310, "1", Keys.ARROW_RIGHT), ("mu", 5e-324, "1", Keys.ARROW_RIGHT),
                                    ("C1", -largest, "1000", Keys.ARROW_LEFT), ("T", 1e308, "1000", Keys.ARROW_LEFT)):
        page.follow(f"#{name}={value!r}")
        slider = f"#constant-{name}-slider"
        expect(page.ask(slider, "node.value") == place, f"{name}={value}: the slider is at {page.ask(slider, 'node.value')}")
        page.ask(slider, "node.closest('details').open = true")
        page.press(slider, key)
        ratio = page.constants()[name] / value
        expect(0.4 < ratio < 1 if key == Keys.ARROW_LEFT else 1 < ratio < 2.5, f"{name} went from {value} to {page.field(name)}")
        expect(float(page.field(name)) == page.constants()[name], f"{name}: the field has {page.field(name)}")
        page.press(slider, Keys.END)
        expect(math.isfinite(page.constants()[name]), f"{name}: the right end is {page.field(name)}")


def whole_numbers_by_keys(page):
    page.follow("#N=10,S=1")
    for name, key, value in (("N", Keys.ARROW_RIGHT, 11), ("N", Keys.ARROW_LEFT, 10), ("S", Keys.ARROW_RIGHT, 2), ("S", Keys.ARROW_LEFT, 1), ("S", Keys.ARROW_LEFT, 1)):
        page.press(f"#constant-{name}-slider", key)
        expect(page.constants()[name] == value, f"{name} is {page.field(name)}, not {value}")


def link_follows_a_drag(page):
    page.open()
    writes = page.drag("w2", 40)   # browsers drop what is written too often
    expect(writes <= 2, f"{writes} writes to the address bar")
    page.wait_for("location.hash.includes(`w2=${document.getElementById('constant-w2').value},`)", "the link is not that of the slider's end")
    page.open()
    page.type("w2", "2.385")   # gone before things rest
    page.driver.get("about:blank")
    page.driver.back()
    page.wait()
    expect(page.constants()["w2"] == 2.385, f"w2 is {page.constants()['w2']}")


def link_brings_a_statement(page):
    """One that the constants of the link suffice for."""
    rates = "#N=2,S=1,R=7,eta=2.79e-5,L=1000,w2=0.0361,Gamma=1,sigma1=0,sigma2=0,F0=8.1,FR=9"
    page.open(rates)
    expect(page.ask("#cards", "node.dataset.statement") == "lemma_4_6" and page.all("#cards .rhs", "node.value"), f"on top {page.ask('#shown', 'node.value')}")
    page.follow(rates + ",show=theorem_4_11")
    expect(page.ask("#cards", "node.dataset.statement") == "theorem_4_11", "not the statement that the link names")
    for edit in (lambda: page.type("eta", "2.385e-5"), lambda: page.find("#constant-eta-given").click(), lambda: page.find("#reset").click()):
        page.follow("#nu=3,eta=1e-4")
        expect(page.shown("#mistakes"), "nothing is said of nu")
        edit()
        page.settle()
        expect(not page.shown("#mistakes"), "still said of another link")


def focus_is_kept(page):
    page.open("#" + set_text(awkward_sets(NAMES)["moderate"]))
    before = page.constants()
    expect(page.press("#remark [data-form=corrected] > button", Keys.ENTER), "not on the remark's button")
    expect(page.constants() != before, "the remark's button set nothing")
    lacking = "#" + set_text({name: value for name, value in before.items() if name != "kappa"})
    for selector in ("#overview [data-statement=lemma_4_7] button", "#cards [data-form=printed] [data-need=kappa]"):
        page.follow(lacking + ",N=17,show=theorem_4_11")
        page.ask(selector, "node.focus()")
        page.follow(lacking + ",N=18,show=theorem_4_11")
        expect(page.driver.execute_script("return document.activeElement.matches(arguments[0])", selector), f"not on {selector}")


def remark_explains_itself(page):
    for start in (1.2, 1.3):
        text = set_text(awkward_sets(NAMES)["moderate"] | {"F0": start})   # (d+M2) e^-2 is 1.2437
        page.follow("#" + text)
        seen = page.scrape()["remark"]
        compare_remark({"remark": seen}, ask(NATIVE, text))
        expect([seen[form]["why"] is not None for form in ("printed", "corrected")] == [start > 1.25] * 2, f"F0={start}: {seen}")


def numbers_are_those_of_set(page):
    """What the page takes for a number `--set` takes for the same, and nothing else."""
    page.open()
    for text in ("7", "+7", "007", "7.", ".5", "2.385e2", "2385E-3", " 7", "0e-999", "0x10", "0x1p3", "1e", "e5", ".", "+-1", "1e5.0", "1_0", "inf", "nan", "infinity", "1e999", "1e-999"):
        there = subprocess.run([SCOREBOUND, "bound", "--set", f"L={text}", "--format", "json"], capture_output=True, text=True)
        here = page.driver.execute_script("return parseConstant({ least: 0, most: Infinity }, arguments[0])", text)
        expect(("value" in here) == (there.returncode == 0), f"'{text}': the page {here}, --set {there.stderr.strip()}")
        if "value" in here:
            expect(here["value"] == json.loads(there.stdout)["constants"]["L"]["value"], f"'{text}' is {here['value']}")
        else:
            expect(here["error"] in there.stderr, f"'{text}': the page '{here['error']}', --set '{there.stderr.strip()}'")


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
    compare_statements(after, bounds(command.split(" ")[3]))


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
    compare_statements(page.scrape(), bounds(set_text(page.constants())))
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
    check("sliders stay finite", slider_stays_finite, subject)
    check("whole numbers go up and down by keys", whole_numbers_by_keys, subject)
    check("Remark 4.12's choice is the program's", remark_is_the_programs, subject)
    check("it is said why there is none", remark_explains_itself, subject)
    check("presets are those of the data file", presets_are_the_documented, PRESETS)
    check("presets load", presets_load, subject, PRESET_LIST)
    check("a link carries the state", link_carries_the_state, subject)
    check("the link follows a drag", link_follows_a_drag, subject)
    check("a link brings its statement", link_brings_a_statement, subject)
    check("the keyboard's focus is kept", focus_is_kept, subject)
    check("a constant can be left out", not_given, subject)
    check("mistakes in fields, and Reset", mistakes_in_fields, subject)
    check("numbers are those that --set takes", numbers_are_those_of_set, subject)
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
