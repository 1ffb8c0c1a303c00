"""The page of a run that stands still: report_live.py PAGE CHROMIUM CHROMEDRIVER RUN. Lets the run
go on, and waits for the page to grow and to become whole by itself."""
import os
import pathlib
import signal
import sys

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

page, chromium, driver, run = sys.argv[1:]

TEXT = "return document.body.innerText"
TRIALS = """
const progress = JSON.parse(document.getElementById('page').textContent).progress;
return progress === undefined ? -1 : progress.split('"trial"').length;
"""


def check(true, words):
    if not true:
        sys.exit("FAILED: " + words)


def main():
    options = Options()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--window-size=1200,900"):
        options.add_argument(argument)
    browser = webdriver.Chrome(service=Service(driver), options=options)
    try:
        browser.get(pathlib.Path(page).as_uri())
        text = browser.execute_script(TEXT)
        for words in ("go-nogo, 60 units, seed 1", "training", "running", "Accuracy of the rate network", "time left"):
            check(words in text, "no '%s' in the page of a run that goes on: %s" % (words, text[:300]))
        check("undefined" not in text and "NaN" not in text, "a value is missing")
        check(browser.execute_script("return document.querySelectorAll('canvas').length") == 2, "no curves")
        browser.execute_script("scrollTo(0, 300)")
        before = browser.execute_script(TRIALS)
        os.kill(int(run), signal.SIGCONT)
        wait = WebDriverWait(browser, 60, ignored_exceptions=(Exception,))
        wait.until(lambda b: b.execute_script(TRIALS) not in (before, None))
        live, place = browser.execute_script("return [document.title && !document.getElementById('reproduce'), scrollY]")
        check(not live or place == 300, "the page is at %s after it reloaded itself" % place)
        wait.until(lambda b: "Reproduce" in b.execute_script(TEXT))
        check("Stages" not in browser.execute_script(TEXT), "the whole page still is one of a run that goes on")
    finally:
        browser.quit()


main()
