package command

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
)

func serveCommand() *cobra.Command {
	var flags worldFlags
	environmentFile := ""
	command := &cobra.Command{
		Use:   "serve",
		Short: "Serve the stand-ins until interrupted",
		Long: "Serve the stand-ins on loopback until interrupted, and print the variables that a\n" +
			"shell needs to use them. SANDBOX_CONTROL_URL answers /requests and /audit/global,\n" +
			"and takes faults: curl -X POST $SANDBOX_CONTROL_URL/faults/global -d\n" +
			`'{"kind":"status","status":503,"times":2,"route":"PUT /api/v2/organizations/update_many"}'`,
		Example: "  zd-sfdc-sandbox serve --partners 200 --environment-file sandbox.env &\n  source sandbox.env",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			served, err := sandbox.Start(flags.options(time.Now()))
			if err != nil {
				return err
			}
			defer served.Close()
			var exports strings.Builder
			for _, line := range sandbox.Lines(served.Environment()) {
				fmt.Fprintf(&exports, "export %s\n", line)
			}
			fmt.Fprint(command.OutOrStdout(), exports.String())
			if environmentFile != "" {
				if err := writeWhole(environmentFile, exports.String()); err != nil {
					return err
				}
			}
			<-command.Context().Done()
			return nil
		},
	}
	flags.add(command)
	command.Flags().StringVar(&environmentFile, "environment-file", "", "`file` to write the variables to as well, once everything is served")
	return command
}

// writeWhole makes the file appear whole, for those who wait for it.
func writeWhole(path, content string) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path))
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	_, err = temporary.WriteString(content)
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
