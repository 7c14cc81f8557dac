#!/bin/sh
# The bound explorer in a headless browser, from file:// and without a network: tests/explorer.py says what is tested.
sources=$(cd "${srcdir:-.}" && pwd)
. "$sources/tests/cli/tap.sh"
build=$(dirname "$SCOREBOUND")

page=$build/explorer/explorer.html
[ -e "$page" ] || page=$sources/explorer/explorer.html
[ -e "$page" ] || skip_all "the page was not built: no emcc"
browser=$(command -v chromium || command -v chromium-browser) || skip_all "no chromium"
driver=$(command -v chromedriver) || skip_all "no chromedriver"
python_with selenium
[ -n "$python" ] || skip_all "no python3 with selenium"
HOME=$scratch
export HOME
PYTHONDONTWRITEBYTECODE=1 "$python" "$sources/tests/explorer.py" "$page" "$sources/data/explorer-presets.json" "$SCOREBOUND" "$build/tests/explorer_native" "$browser" "$driver"
