"""The page in headless Chromium: report_browser.py PAGE CHROMIUM CHROMEDRIVER"""
import base64
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

page, chromium, driver = sys.argv[1:]
PLOTS = ("plot-outputs", "plot-raster", "plot-voltages")

# Pixels of the plot's canvases, as one text.
PIXELS = """
return [...document.querySelectorAll('#' + arguments[0] + ' canvas')].map((canvas) =>
  canvas.toDataURL()).join(' ');
"""
# Colours that a canvas holds beside white and nothing.
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
  const drawn = figure.querySelector('svg, canvas').getBoundingClientRect();
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
        populations = {0xD55E00, 0x0072B2, 0xE69F00}
        raster = set(browser.execute_script(COLOURS, "plot-raster")[0])
        check(populations <= raster, "the raster has not %s of the populations" % sorted(map(hex, populations - raster)))
        for plot in PLOTS:
            plots_react(browser, plot)

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

    finally:
        browser.quit()


def without_scripts():
    """The figures are there, the plots are not, and the page says so."""
    browser = start(scripts=False)
    try:
        browser.get(pathlib.Path(page).as_uri())
        height = "return document.querySelector(arguments[0]).getBoundingClientRect().height"
        check(browser.execute_script(height, "noscript p") > 10, "no word on scripts")
        check(browser.execute_script(height, "#plot-raster") == 0, "an empty plot")
        check(browser.execute_script(height, "#figure-raster") > 100, "no figure")
    finally:
        browser.quit()


main()
without_scripts()
