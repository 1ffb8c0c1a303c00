"""The page of a comparison in headless Chromium: compare_browser.py MANY THREE CHROMIUM CHROMEDRIVER"""
import json
import pathlib
import re
import sys

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

many, three, chromium, driver = sys.argv[1:]


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


def open_at(browser, path, width):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
    browser.get(pathlib.Path(path).as_uri())
    WebDriverWait(browser, 60).until(lambda b: b.find_elements(By.CSS_SELECTOR, "#networks tbody tr"))


def data_of(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json" id="compare">(.*?)</script>', text, re.S).group(1))


def column(browser, head):
    """The cells below a head of the table of networks, as they stand."""
    return browser.execute_script("""
        const table = document.querySelector('#networks table');
        const at = [...table.tHead.rows[0].cells].findIndex((cell) => cell.innerText.startsWith(arguments[0]));
        return [...table.tBodies[0].rows].map((row) => row.cells[at].innerText)""", head)


def head(browser, words):
    return next(b for b in browser.find_elements(By.CSS_SELECTOR, "#networks .sort") if b.text.startswith(words))


def shows_the_data(browser):
    data, text = data_of(many), browser.execute_script("return document.body.innerText").replace("\u00a0", " ")
    check("61 networks compared" in text, "another heading")
    for group in data["groups"]:
        s = group["measures"]["evaluation.spiking.accuracy"]
        if s["n"] > 1:
            check("%.3f ± %.3f" % (s["mean"], s["sd"]) in text, "no mean of " + group["group"])
    for test in data["tests"]:
        check("%s – %s" % (test["a"], test["b"]) in text, "no test of %s and %s" % (test["a"], test["b"]))
    check("3 networks: the training did not reach its criterion" in text, "no sentence of those that did not train")
    check("undefined" not in text and "NaN" not in text and "null" not in text, "a value is missing")
    check(len(browser.find_elements(By.CSS_SELECTOR, "#plot-networks circle")) == 57, "not every network is a point")


def sorts(browser):
    browser.find_element(By.CSS_SELECTOR, "#networks .controls button").click()
    check(len(column(browser, "seed")) == 61, "the button does not show all rows")
    head(browser, "accuracy of the spiking").click()
    values = [float(cell.split()[0]) for cell in column(browser, "accuracy of the spiking") if cell != "–"]
    check(values == sorted(values) and len(values) == 57, "a click does not sort")
    check(column(browser, "accuracy of the spiking")[-4:] == ["–"] * 4, "networks without a value are not last")
    head(browser, "training trials").send_keys(Keys.ENTER)
    head(browser, "training trials").send_keys(Keys.ENTER)
    values = [int(cell) for cell in column(browser, "training trials") if cell != "–"]
    check(values == sorted(values, reverse=True), "Enter does not sort the other way")
    head(browser, "N").click()
    check([c for c in column(browser, "N") if c != "–"] == ["50"] * 20 + ["100"] * 20 + ["200"] * 20, "N is sorted as text")


def chooses(browser):
    Select(browser.find_element(By.CSS_SELECTOR, "#groups select")).select_by_visible_text("training trials")
    check("training trials, by group" in browser.find_element(By.ID, "groups").text, "another measure is not shown")
    browser.find_element(By.CSS_SELECTOR, "#networks tbody tr").click()
    one = browser.find_element(By.CSS_SELECTOR, ".one").text
    check("runs/N50_1" in one and "seed 1" in one, "a click on a row shows: " + one)


def is_harmless(browser):
    check(not browser.find_elements(By.CSS_SELECTOR, "main img"), "a name is markup")
    faults = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    check(not faults, "errors in the browser: %s" % faults)


def fits(browser, width):
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    check(wide <= width, "%d wide on %d" % (wide, width))


def main():
    browser = start()
    try:
        open_at(browser, many, 1200)
        shows_the_data(browser)
        sorts(browser)
        chooses(browser)
        for width in (320, 390, 1200):
            open_at(browser, many, width)
            fits(browser, width)
        is_harmless(browser)
        open_at(browser, three, 390)
        fits(browser, 390)
        check(not browser.find_elements(By.ID, "groups"), "groups of one network each have a section")
        check(column(browser, "N") == ["50", "100", "200"], "other networks: %s" % column(browser, "N"))
        is_harmless(browser)
    finally:
        browser.quit()


main()
