// Package browser holds the tests of the page in a real browser, Debian's
// chromium. They run with `make browser`, which needs it installed.
package browser
