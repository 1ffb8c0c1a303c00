"""The page of a study in headless Chromium: study_browser.py PAGE BEGUN ALL CHROMIUM CHROMEDRIVER"""
import base64
import json
import pathlib
import re
import sys

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

page, begun, every, chromium, driver = sys.argv[1:]
HOSTILE = "<img src=x onerror=alert(1)>"


def check(true, words):
    if not true:
        sys.exit("FAILED: " + words)


def start():
    options = Options()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--force-device-scale-factor=1", "--window-size=1200,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service(driver), options=options)


def count(browser, selector):
    return browser.execute_script("return document.querySelectorAll(arguments[0]).length", selector)


def text_of(browser):
    return browser.execute_script("return document.body.innerText").replace("\u00a0", " ")


def open_at(browser, path, width, height=900, until="#plot-networks svg"):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
    browser.get(pathlib.Path(path).as_uri())
    WebDriverWait(browser, 60).until(lambda b: count(b, until))


def study_of(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json" id="study">(.*?)</script>', text, re.S).group(1))


def shows_the_study(browser):
    study, text = study_of(page), text_of(browser)
    for condition in study["conditions"]:
        s = condition["measures"]["evaluation.spiking.accuracy"]
        check(condition["name"] in text, "no condition " + condition["name"])
        share = "%d of %d = %.2f (%.2f – %.2f)" % (s["reached"], condition["n"], s["share"], *s["share_interval"])
        check(share in text, "the page has no " + share)
        if s["n"]:
            check("%.3f ± %.3f" % (s["mean"], s["sd"]) in text, "no mean of " + condition["name"])
    failed = [n for n in study["networks"] if n["sentence"]]
    rows = browser.execute_script("""return [...document.querySelectorAll('table[aria-label="Failed, or did not train"] tbody tr')]
        .map((row) => [...row.cells].map((cell) => cell.textContent))""")
    check(len(failed) == sum(int(row[1]) for row in rows) == 12 and len(rows) == 1, "failed are %s" % rows)
    check(failed[0]["sentence"] in rows[0][4] and rows[0][3] == ", ".join(map(str, range(1, 13))), "failed are %s" % rows)
    for test in study["tests"]:
        if test["p"] is not None:
            check("%s – %s" % (test["a"], test["b"]) in text, "no test of %s and %s" % (test["a"], test["b"]))
    check("undefined" not in text and "NaN" not in text and "null" not in text, "a value is missing")
    check(study["expectations"][0]["verdict"] in text and "a guess" in text, "no verdict")
    levels = browser.execute_script("return [...document.querySelectorAll('h1, h2, h3')].map((e) => Number(e.tagName[1]))")
    check(levels.count(1) == 1 and all(b <= a + 1 for a, b in zip(levels, levels[1:])), "headings %s" % levels)
    ids = browser.execute_script("return [...document.querySelectorAll('[id]')].map((e) => e.id)")
    check(len(ids) == len(set(ids)), "an id is there twice")
    check({"published", "results", "option", "curves", "networks", "tests", "reproduce"} <= set(ids), "a section is missing: %s" % ids)
    sizes = browser.execute_script("return [...document.querySelectorAll('.picture img')].map((e) => e.naturalWidth)")
    check(len(sizes) == 6 and min(sizes) > 100, "figures are %s wide" % sizes)


def is_harmless(browser):
    check(browser.title == "tiny", "the title is " + browser.title)
    check(count(browser, "script") == 4, "a script was added")
    check(count(browser, "[onerror], [onload], b b, .about *") == 0, "markup of the study file")
    check("</script><script>document.title" in text_of(browser), "the question is cut")


def points_react(browser):
    """As many points as networks with a value; pointing shows the seed in all conditions, a click shows all of it."""
    study = study_of(page)
    with_value = [n for n in study["networks"] if n["values"][0] is not None]
    check(count(browser, "#plot-networks circle") == len(with_value), "%d points" % count(browser, "#plot-networks circle"))
    place = browser.find_element(By.CSS_SELECTOR, "#plot-networks .canvas")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", place)
    first = browser.find_element(By.CSS_SELECTOR, "#plot-networks circle")
    ActionChains(browser).move_to_element(first).perform()
    WebDriverWait(browser, 60).until(lambda b: count(b, ".tip:not([hidden])"))
    seed = re.search(r", seed (\d+)", browser.find_element(By.CLASS_NAME, "tip").text).group(1)
    same = sum(str(n["seed"]) == seed for n in with_value)
    check(count(browser, "circle.same") == same > 1, "%d of seed %s" % (count(browser, "circle.same"), seed))
    check(count(browser, ".one[hidden]") == 1, "a network is shown before one was chosen")
    first.click()
    WebDriverWait(browser, 60).until(lambda b: not count(b, ".one[hidden]"))
    one = browser.find_element(By.CLASS_NAME, "one")
    check(HOSTILE + ", seed " in one.text and "model.mat" in one.text, "shown is " + one.text)
    check(count(browser, ".one svg polyline") >= 1, "the curve of its scaling factors")
    browser.execute_script("arguments[0].focus()", place)
    shown = one.text
    browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    WebDriverWait(browser, 60).until(lambda b: one.text != shown)


def measures_change(browser):
    """Another measure: table and points follow."""
    study = study_of(page)
    place = next(i for i, of in enumerate(study["measures"]) if of["name"] == "training.trials")
    Select(browser.find_element(By.CSS_SELECTOR, "#results select")).select_by_index(place)
    of_all = sum(n["values"][place] is not None for n in study["networks"])
    WebDriverWait(browser, 60).until(lambda b: count(b, "#plot-networks circle") == of_all)
    check(study["measures"][place]["title"] in browser.find_element(By.CSS_SELECTOR, "#results .table").text, "another table")
    Select(browser.find_element(By.CSS_SELECTOR, "#results select")).select_by_index(0)


def table_reacts(browser):
    cells = """return [...document.querySelectorAll('.sortable tbody tr')].map((row) => row.cells[arguments[0]].textContent)"""
    check(len(browser.execute_script(cells, 0)) == 25, "%d rows at first" % len(browser.execute_script(cells, 0)))
    browser.find_element(By.CSS_SELECTOR, ".sortable p.controls button").click()
    check(len(browser.execute_script(cells, 0)) == 36, "not all rows")
    heads, value = browser.find_elements(By.CSS_SELECTOR, ".sortable thead button"), 3  # the first measure
    for down in (False, True):
        browser.execute_script("arguments[0].click()", heads[value])
        shown = browser.execute_script(cells, value)
        numbers = [float(cell) for cell in shown if cell != "–"]
        check(numbers == sorted(numbers, reverse=down) and len(numbers) == 24, "sorted are %s" % numbers)
        check("–" not in shown[:24], "a network without a value is among the first")
    state = browser.find_element(By.CSS_SELECTOR, "select[aria-label=state]")
    Select(state).select_by_visible_text("did not train")
    check(set(browser.execute_script(cells, 2)) == {"did not train"}, "the filter")
    browser.execute_script("arguments[0].click()", browser.find_element(By.CSS_SELECTOR, ".sortable tbody tr"))
    check("never good" in browser.find_element(By.CSS_SELECTOR, ".one h3").text, "a row shows its network")


def fits(browser):
    for width in (360, 390, 768):
        open_at(browser, page, width)
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        check(wide <= width, "%d wide in a window of %d" % (wide, width))
        out = browser.execute_script("""return [...document.querySelectorAll('#plot-networks circle, #plot-networks text')]
            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < 0).length""")
        check(out == 0, "%d parts of the plot are outside at %d" % (out, width))
    paper = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {})["data"])
    check(len(re.findall(rb"/Type\s*/Page\b", paper)) > 1, "paper")


def is_dark(browser):
    """Points have other colours on a dark page."""
    fill = "return getComputedStyle(document.querySelector('circle.c1')).fill"
    open_at(browser, page, 1200)
    light = browser.execute_script(fill)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    dark = browser.execute_script(fill)
    check(light == "rgb(17, 119, 51)" and dark == "rgb(76, 181, 122)", "points are %s and %s" % (light, dark))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def says_how_far(browser):
    open_at(browser, begun, 1200)
    text = text_of(browser)
    check("15 of 36 networks are finished so far" in text, "not how far it is")
    check(browser.execute_script("const p = document.querySelector('progress'); return [p.value, p.max]") == [15, 36], "progress")
    check("undefined" not in text and "NaN" not in text, "a value is missing in a study that goes on")


def several_studies(browser):
    """All expected numbers with their verdicts, each study with its figures, and no markup from its file."""
    for width in (360, 1200):
        open_at(browser, every, width, until="#study-1")
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        check(wide <= width, "several studies are %d wide in a window of %d" % (wide, width))
    text = text_of(browser)
    rows = browser.execute_script("""return [...document.querySelectorAll('table[aria-label="All published numbers"] tbody tr')]
        .map((row) => [...row.cells].map((cell) => cell.textContent))""")
    verdict = study_of(page)["expectations"][0]["verdict"]
    check(len(rows) == 2 and verdict in rows[0][1] and rows[0][4] == "0.500 ± 0.200", "published are %s" % rows)
    check(rows[1][1] == "see the figure" and rows[1][4] == "<b>works</b>" and rows[1][0] == "fig. <i>2</i>", "published are %s" % rows)
    check("spikernn study run all/fig1" in rows[0][7] and "<b>As in the paper</b>" in text, "the command or the caption")
    check(count(browser, "[onerror], main b b, main i") == 0 and count(browser, "script") == 4, "markup of a study file")
    check(count(browser, "#study-1 .picture img") == 1 and "no network of the condition is trained yet" in text, "figures")
    check("undefined" not in text and "NaN" not in text and "null" not in text, "a value is missing")
    ids = browser.execute_script("return [...document.querySelectorAll('[id]')].map((e) => e.id)")
    check(len(ids) == len(set(ids)), "an id is there twice")


def main():
    browser = start()
    try:
        open_at(browser, page, 1200)
        for step in (shows_the_study, is_harmless, points_react, measures_change, table_reacts, fits, is_dark, says_how_far, several_studies):
            step(browser)
        log = browser.get_log("browser")
        check(not log, "the console has %s" % log)
        loaded = browser.execute_script("return performance.getEntriesByType('resource').map((entry) => entry.name)")
        check(all(name.startswith("data:") for name in loaded), "the page loads %s" % loaded)
    finally:
        browser.quit()


main()
