package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
)

func serveCommand() *cobra.Command {
	var flags worldFlags
	environmentFile, protectedFile, pipelines := "", "", ""
	command := &cobra.Command{
		Use:   "serve",
		Short: "Serve the stand-ins until interrupted",
		Long: "Serve the stand-ins on loopback until interrupted, and print the environment variables\n" +
			"that zd-sfdc-sync needs to use them. SANDBOX_CONTROL_URL answers /requests,\n" +
			"/audit/global and /faults. Inject faults with POST requests (docs/sandbox.md):\n" +
			`curl $SANDBOX_CONTROL_URL/faults/global -d '{"kind":"poison","row":"Restricted Partner","status":409}'`,
		Example: "  zd-sfdc-sandbox serve --environment-file sandbox.env --protected-ids-file protected.txt &\n  source sandbox.env",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if err := flags.check(); err != nil {
				return err
			}
			// Whoever waits for the file must not find that of an earlier sandbox.
			if err := os.Remove(environmentFile); err != nil && environmentFile != "" && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("removing the old %s: %w", environmentFile, err)
			}
			options := flags.options(time.Now())
			options.Pipelines = pipelines
			served, err := sandbox.Start(options)
			if err != nil {
				return err
			}
			defer served.Close()
			environment := served.Environment()
			if protectedFile != "" {
				if environment["ZDSYNC_PROTECTED_IDS_FILE"], err = filepath.Abs(protectedFile); err != nil {
					return fmt.Errorf("writing %s: %w", protectedFile, err)
				}
				if err := writeProtected(protectedFile, options.World.Protected); err != nil {
					return err
				}
			}
			var exports strings.Builder
			for _, line := range sandbox.Lines(environment) {
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
	command.Flags().StringVar(&environmentFile, "environment-file", "", "also write the variables to this `file`, once the stand-ins are ready")
	command.Flags().StringVar(&pipelines, "pipelines", "", "`folder` of the pipelines that GitLab serves: <number>/<job>/<artifacts of the job>")
	command.Flags().StringVar(&protectedFile, "protected-ids-file", "", "write the ids that must not be marked for deletion to this `file`, and set ZDSYNC_PROTECTED_IDS_FILE")
	return command
}

// writeProtected writes the ids that are never marked for deletion.
func writeProtected(path string, ids []string) error {
	return writeWhole(path, "# never marked for deletion\n"+strings.Join(ids, "\n")+"\n")
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
