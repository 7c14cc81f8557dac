#!/bin/sh
# The bound explorer in a headless browser, from file:// and without a network: tests/explorer.py says what is tested.
sources=$(cd "${srcdir:-.}" && pwd)
. "$sources/tests/cli/tap.sh"
build=$(dirname "$SCOREBOUND")

skip() { echo "1..0 # SKIP $1"; exit 0; }
page=$build/explorer/explorer.html
[ -e "$page" ] || page=$sources/explorer/explorer.html
[ -e "$page" ] || skip "the page was not built: no emcc"
browser=$(command -v chromium || command -v chromium-browser) || skip "no chromium"
driver=$(command -v chromedriver) || skip "no chromedriver"
for python in python3 /usr/bin/python3 none; do
    [ $python != none ] || skip "no python3 with selenium"
    "$python" -c 'import selenium' 2>/dev/null && break
done
HOME=$scratch
export HOME
PYTHONDONTWRITEBYTECODE=1 "$python" "$sources/tests/explorer.py" "$page" "$sources/data/explorer-presets.json" "$SCOREBOUND" "$build/tests/explorer_native" "$browser" "$driver"
