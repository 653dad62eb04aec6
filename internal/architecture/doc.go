// Package architecture holds the test of which package may import which
// (README.md, Layout).
package architecture
