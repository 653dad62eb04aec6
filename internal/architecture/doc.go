// Package architecture holds nothing but the test of who may import whom
// (design.md, Layout).
package architecture
