"""The page in headless Chromium: report_browser.py PAGE CHROMIUM CHROMEDRIVER"""
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

page, hostile, chromium, driver = sys.argv[1:]
PLOTS = ("plot-outputs", "plot-raster", "plot-voltages")

# Pixels of the plot's canvases, as one text.
PIXELS = """
return [...document.querySelectorAll('#' + arguments[0] + ' canvas')].map((canvas) =>
  canvas.toDataURL()).join(' ');
"""
# The colours of each canvas.
COLOURS = """
return [...document.querySelectorAll('#' + arguments[0] + ' canvas')].map((canvas) => {
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const colours = new Set();
  for (let i = 0; i < pixels.length; i += 4)
    if (pixels[i + 3] === 255) colours.add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]);
  return [...colours];
});
"""
SIZES = """
return [...document.querySelectorAll('figure')].map((figure) => {
  const box = figure.getBoundingClientRect();
  const drawn = figure.querySelector('img, canvas').getBoundingClientRect();
  return [figure.id, box.width, box.height, drawn.width, drawn.height];
});
"""


def check(true, words):
    if not true:
        sys.exit("FAILED: " + words)


def start(scripts=True):
    options = Options()
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--force-device-scale-factor=1", "--window-size=1200,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service(driver), options=options)


def open_at(browser, width, height):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
    browser.get(pathlib.Path(page).as_uri())
    WebDriverWait(browser, 60).until(
        lambda b: all(b.execute_script(PIXELS, plot) for plot in PLOTS))


def changed(browser, plot, before):
    WebDriverWait(browser, 60).until(lambda b: b.execute_script(PIXELS, plot) != before)
    return browser.execute_script(PIXELS, plot)


def settled(browser, plot, picture):
    WebDriverWait(browser, 60).until(lambda b: b.execute_script(PIXELS, plot) == picture)


def plots_react(browser, plot):
    element = browser.find_element(By.ID, plot)
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    select = Select(element.find_element(By.TAG_NAME, "select"))
    check(len(select.options) >= 2, plot + " has nothing to choose")
    whole = browser.execute_script(PIXELS, plot)

    over = element.find_element(By.CLASS_NAME, "u-over")
    ActionChains(browser).move_to_element_with_offset(over, -80, -10).click_and_hold() \
        .move_by_offset(100, 20).release().perform()
    changed(browser, plot, whole)
    ActionChains(browser).double_click(over).perform()
    ActionChains(browser).move_to_element(element.find_element(By.TAG_NAME, "h3")).perform()
    settled(browser, plot, whole)

    place = element.find_element(By.CLASS_NAME, "canvas")
    browser.execute_script("arguments[0].focus()", place)
    near = None
    for key in ("+", Keys.ARROW_RIGHT):
        browser.switch_to.active_element.send_keys(key)
        near = changed(browser, plot, near or whole)
    element.find_element(By.TAG_NAME, "button").click()
    settled(browser, plot, whole)

    select.select_by_index(len(select.options) - 1)
    changed(browser, plot, whole)
    select.select_by_index(0)
    settled(browser, plot, whole)


def main():
    browser = start()
    try:
        open_at(browser, 1200, 900)
        for name, *sizes in browser.execute_script(SIZES):
            check(min(sizes) > 20, "%s is %s" % (name, sizes))
        for plot in PLOTS:
            for colours in browser.execute_script(COLOURS, plot):
                check(len(colours) >= 3, "%s has the colours %s" % (plot, colours))
        populations = {0xD55E00, 0x0072B2, 0x8B5FBF}
        raster = set(browser.execute_script(COLOURS, "plot-raster")[0])
        check(populations <= raster, "the raster has not %s of the populations" % sorted(map(hex, populations - raster)))
        shows_the_record(browser)
        for plot in PLOTS:
            plots_react(browser, plot)
        is_dark(browser)
        scrolls_visibly(browser)

        for width in (360, 768):
            open_at(browser, width, 740)
            wide = browser.execute_script("return document.documentElement.scrollWidth")
            inner = browser.execute_script("return innerWidth")
            check(wide <= inner == width, "%d wide in a window of %d" % (wide, inner))

        log = [e for e in browser.get_log("browser") if "getImageData" not in e["message"]]  # ours
        check(not log, "the console has %s" % log)
        loaded = browser.execute_script(
            "return performance.getEntriesByType('resource').map((entry) => entry.name)")
        check(all(name.startswith("data:") for name in loaded), "the page loads %s" % loaded)

        paper = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {})["data"])
        pages = len(re.findall(rb"/Type\s*/Page\b", paper))
        check(pages > 1, "%d pages on paper" % pages)
        says_how_far(browser)
        is_harmless(browser)
    finally:
        browser.quit()


def shows_the_record(browser):
    """Numbers of the summary are in the page's text, and all of it is in its place."""
    record = json.loads(pathlib.Path(page).with_name("summary.json").read_text(encoding="utf-8"))
    text = browser.execute_script("return document.body.innerText").replace("\u00a0", " ")
    evaluation = record["evaluation"]
    for a in (evaluation["rate"], evaluation["spiking"], *evaluation["rate"]["types"],
              *evaluation["spiking"]["types"], *record["search"]["table"]):
        number = "%.3f (%.3f – %.3f)" % (a["accuracy"], *a["interval"])
        check(number in text, "the page has no " + number)
    shares = ["%.3f" % row["two_sided_accuracy"] for row in record["search"]["table"]]
    shown = browser.execute_script(
        "const table = [...document.querySelectorAll('table')].find((t) => t.innerText.includes('λ'));"
        "const at = [...table.querySelectorAll('thead th')].findIndex((c) => c.innerText.startsWith('two-sided'));"
        "return [...table.querySelectorAll('tbody tr')].map((r) => r.children[at].innerText)")
    check(shown == shares, "two-sided accuracies are %s, not %s" % (shown, shares))
    check("undefined" not in text and "NaN" not in text, "a value is missing")
    ids = browser.execute_script("return [...document.querySelectorAll('[id]')].map((e) => e.id)")
    check(len(ids) == len(set(ids)), "an id is there twice")
    check({"trained", "converted", "does", "inside", "reproduce"} <= set(ids), "a section is missing")
    levels = browser.execute_script(
        "return [...document.querySelectorAll('h1, h2, h3')].map((e) => Number(e.tagName[1]))")
    check(levels.count(1) == 1 and all(b <= a + 1 for a, b in zip(levels, levels[1:])), "headings %s" % levels)
    for name in ("compiler", "isa", "lapack", "host"):
        check(record["build"][name] in text, "the page has not " + record["build"][name])
    doi = browser.find_element(By.LINK_TEXT, "doi:10.1073/pnas.1905926116").get_attribute("href")
    check(doi == "https://doi.org/10.1073/pnas.1905926116", "the DOI leads to " + doi)


def is_dark(browser):
    """Where the system is dark, so are page and plots, and the rate network's black is white."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                            {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    open_at(browser, 1200, 900)
    paper = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    check(paper == "rgb(20, 24, 29)", "the dark page is " + paper)
    outputs = browser.execute_script(COLOURS, "plot-outputs")[1]
    check(0xFFFFFF in outputs and 0x000000 not in outputs, "outputs are not drawn for a dark page")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def scrolls_visibly(browser):
    """What is wider than a phone says so, until its end has been reached."""
    open_at(browser, 390, 740)
    wide = browser.execute_script(
        "return [...document.querySelectorAll('.wide')].filter((e) => e.firstChild.scrollWidth > e.firstChild.clientWidth + 2)")
    check(wide, "nothing is wide")
    for box in wide:
        WebDriverWait(browser, 60).until(lambda b: "after" in box.get_attribute("class"))
    browser.execute_script("arguments[0].firstChild.scrollLeft = 1e6", wide[0])
    WebDriverWait(browser, 60).until(lambda b: wide[0].get_attribute("class") == "wide before")


def is_harmless(browser):
    """Names that are markup are text, also in figures, and nothing runs."""
    browser.get(pathlib.Path(hostile).as_uri())
    WebDriverWait(browser, 60).until(lambda b: b.execute_script(PIXELS, "plot-raster"))
    text = browser.execute_script("return document.body.innerText")
    for words in ("<script>alert(1)</script>", "</svg>&lt", "<img src=x onerror=alert(1)>", "<script>alert(2)</script>"):
        check(words in text, "no '%s' in the page" % words)
    check(browser.execute_script("return document.querySelectorAll('script').length") == 5, "a script was added")
    check(browser.execute_script("return document.querySelectorAll('[onerror], [onload]').length") == 0, "a handler")
    check(browser.execute_script("return document.title") == "cued-delay, 30 units, seed 2", "another title")
    check(browser.execute_script("return document.querySelector('#figure-search img').naturalWidth") > 10,
          "a figure that holds a script is not shown")


def edited(browser, change):
    """The text of the page with other data; `change` gets the summary and the rest."""
    text = pathlib.Path(page).read_text(encoding="utf-8")
    mark = r'(<script type="application/json" id="%s">)(.*?)(</script>)'
    data = {key: json.loads(re.search(mark % key, text, re.S).group(2)) for key in ("summary", "page")}
    change(data["summary"], data["page"])
    for key, value in data.items():
        value = json.dumps(value).replace("<", "\\u003c")
        text = re.sub(mark % key, lambda match: match.group(1) + value + match.group(3), text, flags=re.S)
    other = pathlib.Path(page).with_name("edited.html")
    other.write_text(text, encoding="utf-8")
    browser.get(other.as_uri())
    WebDriverWait(browser, 60).until(lambda b: b.execute_script("return document.querySelector('h1')"))
    shown = browser.execute_script("return document.body.innerText").replace("\u00a0", " ")
    check("undefined" not in shown and "NaN" not in shown, "a value is missing in an edited page")
    return shown


def marked(browser):
    """The last cells of the rows that tables mark."""
    return browser.execute_script(
        "return [...document.querySelectorAll('tr.chosen td:last-child')].map((e) => e.textContent)"
        ".filter((words) => /best|chosen/.test(words))")


def says_how_far(browser):
    """Pages of runs that were interrupted, or that chose an operating point."""
    def before_search(summary, _page):
        summary.update(interrupted=True, search=None, evaluation=None, diagnosis=None)

    def before_evaluation(summary, _page):
        summary.update(interrupted=True, evaluation=None, diagnosis=None)

    def of_point(summary, _page):
        by_factor = summary["evaluation"]
        row = {"widening": 1, "shot_noise_cost": 0, "visit_trials": 0, "n": 4, "correct": 4, "accuracy": 1,
               "interval": [0.5, 1], "score": 1, "mean_rate_hz": 3}
        summary.update(
            evaluation=dict(by_factor, scaling_factor=None), evaluation_by_scaling_factor=by_factor,
            operating_point={"conversion": "operating-point", "best": 0, "table": [row], "fresh": None},
            decisions=[{"stage": "evaluation", "code": "converts_badly", "sentence": "The `rule` of the record."}])

    def with_rules(summary, _page):
        rule = {"rule": "falls below -0.7", "n": 2, "met": 1, "value_mean": 0.1, "value_sd": 0.1}
        for network in ("rate", "spiking"):
            for of_type in summary["evaluation"][network]["types"]:
                of_type.update(rules=[rule, rule], response_times=None)

    def live(running, followed, progress):
        def change(summary, rest):
            summary.clear()
            rest.clear()
            rest.update(schema=1, spikernn="0", written="2026-11-30T12:00:00+0000", running=running, followed=followed,
                        progress=progress)
        return change

    text = edited(browser, before_search)
    for words in ("This run was interrupted; the same command goes on.", "was interrupted before the search"):
        check(words in text, "no '%s' in the page of an interrupted run" % words)
    check("converted to a spiking network" not in text, "a conversion that there was not")
    text = edited(browser, before_evaluation)
    check(marked(browser) == ["best so far"], "an interrupted search has %s" % marked(browser))
    text = edited(browser, of_point)
    check(marked(browser) == ["best λ", "chosen"] and "The rule of the record." in text, "marked are %s" % marked(browser))
    text = edited(browser, with_rules)
    check("falls below −0.7" in text and "see below" not in text and "response, rate" not in text, "empty columns")
    align = browser.execute_script("return getComputedStyle(document.querySelector('table.rules tbody td')).textAlign")
    check(align == "left", "the rules are aligned to the " + align)
    text = edited(browser, live(True, True, ""))
    check("A run that has just begun" in text and "reloads itself" in text, "no title before the first record")
    text = edited(browser, live(False, True, ""))
    check("An interrupted run; this page reloads itself until the run goes on" in text, "a killed run goes on")
    text = edited(browser, live(True, False, '{"stage":"training","done":5,"total":9,"before":0,"seconds":2}'))
    check("reloads itself" not in text and "time left" not in text and "written 2026-11-30 12:00:00" in text,
          "a page that nobody writes waits")


def without_scripts():
    browser = start(scripts=False)
    try:
        browser.get(pathlib.Path(page).as_uri())
        height = "return document.querySelector(arguments[0]).getBoundingClientRect().height"
        check(browser.execute_script(height, "noscript p") > 10, "no word on scripts")
    finally:
        browser.quit()


main()
without_scripts()
