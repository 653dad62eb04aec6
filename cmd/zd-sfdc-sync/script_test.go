package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"zd-sfdc-sync": main})
}

// The scripts are the contract of the command line: each runs the program as a
// process of its own, in an empty folder and an empty environment.
func TestCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PLANS", plansFile(t))
			env.Values[servedKey{}] = &served{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"sandbox":   startSandbox,
			"replace":   replace,
			"truncate":  truncate,
			"writes":    writes,
			"planid":    planID,
			"holdlock":  holdLock,
			"same":      same,
			"errorline": errorLine,
			"terminal":  terminal,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}
