//go:build browser

package browser

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// What the page shows, as expressions.
const (
	visible  = `Array.from(document.querySelectorAll("#table tbody")).filter(b => b.offsetParent !== null || b.getClientRects().length > 0)`
	names    = visible + `.map(b => b.querySelector(".name").textContent)`
	shown    = visible + `.length`
	unfolded = `Array.from(document.querySelectorAll("#table .more")).filter(m => m.getClientRects().length > 0).length`
	focused  = `document.activeElement.getAttribute("aria-controls") || document.activeElement.id`
)

func TestRowsSortByEachColumn(t *testing.T) {
	o := open(t, planOf(70))
	before := js[[]string](o, names)
	o.do(chromedp.Click(`[data-sort=name]`, chromedp.ByQuery))
	up := js[[]string](o, names)
	folded := js[[]string](o, visible+`.map(b => b.querySelector(".name").textContent.toLowerCase())`)
	if !js[bool](o, `document.querySelector("[data-sort=name]").parentNode.getAttribute("aria-sort") === "ascending"`) ||
		slices.Equal(before, up) || len(up) != len(before) {
		t.Errorf("it is not sorted by name: %q", up)
	}
	if !js[bool](o, `(l => l.every((x, i) => i === 0 || l[i-1] <= x))(`+visible+`.map(b => b.querySelector(".name").textContent.toLowerCase()))`) {
		t.Errorf("the names do not rise: %q", folded)
	}
	o.do(chromedp.Click(`[data-sort=name]`, chromedp.ByQuery))
	down := js[[]string](o, visible+`.map(b => b.querySelector(".name").textContent.toLowerCase())`)
	slices.Reverse(folded)
	if down[0] != folded[0] {
		t.Errorf("a second click does not turn the order: %q", down)
	}
	o.do(chromedp.Click(`[data-sort=id]`, chromedp.ByQuery))
	if !js[bool](o, `(l => l.every((x, i) => i === 0 || l[i-1] <= x))(`+visible+`.map(b => Number(b.querySelectorAll(".id")[0].textContent) || 0))`) {
		t.Error("organizations are not sorted as numbers")
	}
}

func TestRowsAreFilteredByTextKindFieldAndLoss(t *testing.T) {
	o := open(t, planOf(70))
	all := js[int](o, shown)
	if all != 70 {
		t.Fatalf("%d rows are shown, want 70", all)
	}
	choose := func(id, value string) {
		o.do(chromedp.Evaluate(fmt.Sprintf(`(e => { e.value = %q; e.dispatchEvent(new Event("change")); })(document.getElementById(%q))`, value, id), nil))
	}
	for _, step := range []struct {
		id, value string
		want      int
	}{{"kind", "update", 20}, {"field", "support_level", 10}, {"lost", "premium", 10}, {"kind", "", 10}, {"field", "", 10}, {"lost", "any", 10}, {"lost", "", 70}} {
		choose(step.id, step.value)
		if got := js[int](o, shown); got != step.want {
			t.Errorf("%s %q: %d rows, want %d", step.id, step.value, got, step.want)
		}
	}
	o.do(chromedp.SendKeys("#find", "001M00000000003", chromedp.ByQuery), chromedp.Poll(`document.getElementById("shown").textContent.includes(" of ")`, nil))
	if got := js[int](o, shown); got != 6 {
		t.Errorf("an id is found in %d rows, want 6", got)
	}
	o.do(chromedp.SendKeys("#find", " no such row", chromedp.ByQuery), chromedp.Poll(`!document.getElementById("nothing").hidden`, nil), chromedp.Click("#reset", chromedp.ByQuery))
	if got := js[int](o, shown); got != all {
		t.Errorf("%d rows after the reset", got)
	}
	o.do(chromedp.Click(`[data-field=support_level]`, chromedp.ByQuery))
	if got := js[int](o, shown); got != 20 {
		t.Errorf("the bar of support_level shows %d rows, want 20", got)
	}
	o.do(chromedp.Click(`[data-show=lost]`, chromedp.ByQuery))
	if got := js[int](o, shown); got != 10 {
		t.Errorf("the tile shows %d rows, want 10", got)
	}
}

func TestARowOpensToItsChangesAndWhy(t *testing.T) {
	o := open(t, planOf(70))
	if got := js[int](o, unfolded); got != 0 {
		t.Fatalf("%d rows are open from the start", got)
	}
	o.do(chromedp.Click(`tbody[data-lost=premium] .name`, chromedp.ByQuery))
	told := js[string](o, `document.querySelector(".more.shown").innerText`)
	for _, part := range []string{"support_level", "premium", "expired", "sub_sm_premium", "Why", "its last charge"} {
		if !js[bool](o, fmt.Sprintf(`document.querySelector(".more.shown").innerText.includes(%q)`, part)) {
			t.Errorf("it does not say %q: %s", part, told)
		}
	}
	o.picture("open")
	o.do(chromedp.Click(`tbody[data-lost=premium] .name`, chromedp.ByQuery))
	if got := js[int](o, unfolded); got != 0 {
		t.Errorf("%d rows stay open", got)
	}
}

func TestEverythingWorksByKeyboard(t *testing.T) {
	o := open(t, planOf(70))
	// As a keyboard does it: what the page prevents is not typed.
	o.do(input.DispatchKeyEvent(input.KeyDown).WithKey("/").WithText("/"), input.DispatchKeyEvent(input.KeyUp).WithKey("/"),
		chromedp.Poll(focused+` === "find"`, nil))
	if got := js[string](o, `document.getElementById("find").value`); got != "" {
		t.Errorf("/ is typed into the search: %q", got)
	}
	o.do(chromedp.Focus(".open", chromedp.ByQuery))
	for _, step := range []struct{ key, to string }{{kb.ArrowDown, "r1"}, {kb.ArrowDown, "r2"}, {kb.ArrowUp, "r1"}} {
		o.do(chromedp.KeyEvent(step.key), chromedp.Poll(fmt.Sprintf("(%s) === %q", focused, step.to), nil))
	}
	o.do(chromedp.KeyEvent(kb.Enter), chromedp.Poll(unfolded+` === 1`, nil))
	o.do(chromedp.Focus(`[data-sort=account]`, chromedp.ByQuery), chromedp.KeyEvent(" "),
		chromedp.Poll(`document.querySelector("[data-sort=account]").parentNode.hasAttribute("aria-sort")`, nil))
	if js[string](o, `getComputedStyle(document.activeElement).outlineStyle`) == "none" {
		t.Error("what has the focus does not show it")
	}
}

// contrast is that of the least readable text of the page with its background.
const contrast = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = c => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); return Array.from(canvas.getImageData(0, 0, 1, 1).data); };
  const lum = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const back = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255, 255]; };
  let least = 21;
  for (const e of document.querySelectorAll("h1, h2, p, td, th, li, b, span, code, label, button, select, input")) {
    if (!e.innerText || !e.getClientRects().length || e.getAttribute("aria-hidden")) continue;
    const a = lum(rgb(getComputedStyle(e).color)), b = lum(back(e));
    least = Math.min(least, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return least;
})()`

func TestBothColorSchemesAreReadable(t *testing.T) {
	backs := map[string]bool{}
	for _, scheme := range []string{"light", "dark"} {
		o := open(t, planOf(70), emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
		o.do(chromedp.Click(`tbody[data-lost=premium] .name`, chromedp.ByQuery))
		if got := js[float64](o, contrast); got < 4.5 {
			t.Errorf("%s: a text has a contrast of %.2f", scheme, got)
		}
		backs[js[string](o, `getComputedStyle(document.body).backgroundColor`)] = true
		o.picture(scheme)
	}
	if len(backs) != 2 {
		t.Errorf("backgrounds %v", backs)
	}
}

func TestPaperShowsEveryRowWithItsChanges(t *testing.T) {
	o := open(t, planOf(70), emulation.SetEmulatedMedia().WithMedia("print"))
	if got := js[int](o, unfolded); got != 70 {
		t.Errorf("%d rows are open on paper, want 70", got)
	}
	if js[bool](o, `document.querySelector(".filters").getClientRects().length > 0`) {
		t.Error("paper shows the filters")
	}
	o.picture("print")
	var pdf []byte
	o.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = cdppage.PrintToPDF().Do(ctx)
		return err
	}))
	if len(pdf) < 10_000 {
		t.Errorf("a document of %d bytes", len(pdf))
	}
}

func TestWithoutScriptsEveryRowIsThere(t *testing.T) {
	o := open(t, planOf(70), emulation.SetScriptExecutionDisabled(true))
	if got := js[int](o, unfolded); got != 70 {
		t.Errorf("%d rows are open, want 70", got)
	}
	for _, hidden := range []string{".filters", ".open", "#copy"} {
		if js[bool](o, `document.querySelector("`+hidden+`").getClientRects().length > 0`) {
			t.Errorf("%s is shown, and does nothing", hidden)
		}
	}
	o.picture("noscript")
}

func TestHostileNamesAreShownAsText(t *testing.T) {
	o := open(t, planOf(200))
	if got := js[int](o, `document.querySelectorAll("img, iframe, h1:not(header h1), #table script, #table style, [onclick], [onerror]").length`); got != 0 {
		t.Errorf("%d elements come from names", got)
	}
	got := js[[]string](o, names)
	for _, name := range hostileNames()[:6] {
		if !slices.Contains(got, name) {
			t.Errorf("%q is not shown as it stands", name)
		}
	}
	for _, name := range []string{`\x1b[31mred\x1b[0m\x00`, `\u202eright to left`} {
		if !slices.Contains(got, name) {
			t.Errorf("%q is not shown with its control characters made visible", name)
		}
	}
}

func TestNoWindowIsTooNarrow(t *testing.T) {
	for _, width := range []int64{360, 480, 800, 1100, 1920} {
		o := open(t, planOf(70), chromedp.EmulateViewport(width, 900))
		if got := js[int64](o, `document.scrollingElement.scrollWidth`); got > width {
			t.Errorf("the page is %d wide in a window of %d", got, width)
		}
		o.picture(fmt.Sprint("width", width))
	}
}

func TestFiveThousandRowsAreShownSortedAndFiltered(t *testing.T) {
	o := open(t, planOf(5000))
	t.Logf("shown after %.0f ms", js[float64](o, `performance.timing.loadEventEnd - performance.timing.navigationStart`))
	o.do(chromedp.Evaluate(`var began = performance.now()`, nil), chromedp.Click(`[data-sort=name]`, chromedp.ByQuery),
		chromedp.SendKeys("#find", "Elm & Sons", chromedp.ByQuery), chromedp.Poll(`document.getElementById("shown").textContent.includes(" of ")`, nil))
	t.Logf("sorted and filtered after %.0f ms", js[float64](o, `performance.now() - began`))
	if got := js[int](o, shown); got == 0 || got > 500 {
		t.Errorf("%d rows are found", got)
	}
	o.do(chromedp.Click("#reset", chromedp.ByQuery))
	o.picture("rows5000")
}
