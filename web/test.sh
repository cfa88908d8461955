#!/usr/bin/env bash
# Everything that a machine with Rust alone cannot check of report.html: the types of the contract, the bytes of the
# committed program, and the pages in a browser with the network refused. Installs what it needs: the packages of
# package-lock.json, and Chromium where apt-get can. Needs Node 20 or later.
#
#   web/test.sh                     with the program of target/, or OURO=path/to/ouro
#   CHROMIUM=/path web/test.sh      with another browser
set -euo pipefail
cd "$(dirname "$0")"

fail() { echo "web/test.sh: $1" >&2; exit 1; }

command -v npm >/dev/null || fail "npm is missing; install Node 20 or later (https://nodejs.org)"
PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --silent

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome || true; }
chromium="${CHROMIUM:-$(browser)}"
if [ -z "$chromium" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && apt-get install -y -qq chromium >/dev/null
    chromium="$(browser)"
fi
[ -n "$chromium" ] || fail "no browser; install Chromium, or name one in CHROMIUM"

echo "the types are those of the contract"
npx json2ts -i contract/document.schema.json -o dist/contract.ts
cmp dist/contract.ts src/contract.ts || fail "src/contract.ts is not made from the contract; run: npm run types"
npm run --silent check

echo "the committed program is what the sources build"
npx vite build --logLevel error
cmp dist/index.html ../src/report/html/page.html || fail "src/report/html/page.html is not what the sources build; run: npm run build"

echo "the pages in a browser"
ouro="${OURO:-}"
for built in ../target/release/ouro ../target/debug/ouro; do
    [ -n "$ouro" ] || { [ -x "$built" ] && ouro="$built"; }
done
[ -n "$ouro" ] || { (cd .. && cargo build --quiet); ouro=../target/debug/ouro; }
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
make() { "$ouro" "$@" --quiet --figures svg >/dev/null 2>&1 || fail "ouro $* failed"; }
make run ../scenarios/teaching.toml --paths 10000 --draws 20 --network --out "$place/run"
make run ../scenarios/teaching.toml --paths 2000 --draws 20 --set 'lab.lyra.cash=9B USD' --out "$place/changed"
make twins ../scenarios/teaching.toml --paths 1000 --draws 20 --out "$place/twins"
"$ouro" plan ../scenarios/teaching.toml --out "$place/plan" >/dev/null
"$ouro" report "$place/run" "$place/changed" --out "$place/change.html" 2>/dev/null
PAGES="$place/run/report.html,$place/changed/report.html,$place/twins/report.html,$place/plan/report.html,$place/change.html" \
    CHROMIUM="$chromium" node --test --test-reporter=spec test/browser.test.mjs
