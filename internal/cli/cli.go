// Package cli is the command line: flags, configuration, wiring and printing,
// one file per command.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/console"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/flags"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// Environment is everything a command takes from outside.
type Environment struct {
	// Getenv returns a variable, empty when it is not set.
	Getenv func(string) string
	// Environ returns all variables as NAME=value; may be nil.
	Environ func() []string
	Stdout  io.Writer
	Stderr  io.Writer
	// Width is the width of Stdout in cells if it is a terminal, 0 otherwise.
	Width int
	// ErrWidth returns the width of Stderr, so that progress can be drawn on it; nil if
	// it is not a terminal.
	ErrWidth func() int
	Clock    clock.Clock
	// Random is in [0, 1); it only jitters waits.
	Random func() float64
	// Version is the program's, for manifests and --version.
	Version string
	// Policy is the retry policy of all services.
	Policy transport.Policy
	// Exit ends the program at once; it may be nil. It is called if a command is still
	// running Grace after it was told to stop, or after --timeout.
	Exit  func(ExitCode)
	Grace time.Duration
}

// app is one run of a command.
type app struct {
	Environment
	date      account.Date
	logger    *slog.Logger
	secrets   *redact.Secrets
	started   time.Time
	transport []interface{ Stats() transport.Stats }
	// connections are shared by the clients of all services.
	connections *http.Transport
	progress    *console.Progress
	// line is Stderr if it is a terminal, otherwise nil.
	line  *console.Line
	color bool

	flags commonFlags
}

type commonFlags struct {
	dataDir, date       string
	timeout             time.Duration
	requestTimeout      time.Duration
	logFormat, logLevel string
	color               string
	metricsFile         string
}

// errTimeout is the cause when --timeout ends a command.
var errTimeout = errors.New("timed out (--timeout)")

// Run runs the command in the arguments, which do not include the program's name, and
// returns its exit code. Errors are one line on Stderr.
func Run(ctx context.Context, arguments []string, environment Environment) ExitCode {
	secrets := redact.NewSecrets()
	printed := &console.Screen{To: secrets.Writer(environment.Stdout)}
	environment.Stdout = printed
	environment.Stderr = secrets.Writer(environment.Stderr)
	var line *console.Line
	if environment.ErrWidth != nil {
		line = &console.Line{To: environment.Stderr, Width: environment.ErrWidth}
		environment.Stderr = line
	}
	a := &app{Environment: environment, secrets: secrets, line: line, connections: transport.Connections()}
	defer a.connections.CloseIdleConnections()
	root, cancel := a.root()
	defer cancel()
	defer a.mustEnd(ctx, func() {})()
	root.SetArgs(arguments)
	command := root
	err := flags.Complete(root, arguments, values())
	if err == nil {
		command, err = root.ExecuteContextC(ctx)
	}
	if err != nil && a.logger == nil {
		// The command has not started: the command line itself is wrong.
		err = usageError(fmt.Errorf("%w; see %s --help", flags.PlainWords(err), command.CommandPath()))
	}
	err = printedOr(printed.Err, err)
	if err != nil {
		a.fail(err, arguments)
	}
	return exitCodeOf(err)
}

// oneLine joins messages of several lines.
func oneLine(text string) string {
	var parts []string
	for part := range strings.Lines(text) {
		if part = strings.Trim(part, "; \t\r\n"); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.ReplaceAll(strings.Join(parts, "; "), "?; ", "? ")
}

func (a *app) root() (*cobra.Command, context.CancelFunc) {
	cancel := context.CancelFunc(func() {})
	root := &cobra.Command{
		Use:   "zd-sfdc-sync",
		Short: "Update Zendesk organizations from Salesforce accounts",
		Long: "Update Zendesk organizations from Salesforce accounts, stage by stage:\n" +
			"salesforce, zendesk-gather, processor, compare, sync. Each stage reads and writes\n" +
			"JSON files in the data folder, so you can inspect its output and run it again.",
		Version:       a.Version,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(command *cobra.Command, _ []string) error {
			if flags.IsCompletion(command) {
				return nil
			}
			var environ []string
			if a.Environ != nil {
				environ = a.Environ()
			}
			err := errors.Join(flags.RefuseEmpty(command.Flags()), flags.RefuseUnknown(command.Root(), environ),
				flags.FromVariables(command.Flags(), a.Getenv))
			if err != nil {
				return err
			}
			a.secrets.Add(flags.NotNames(command.Flags())...)
			ctx, stop, err := a.begin(command.Context())
			if err != nil {
				return err
			}
			cancel = stop
			command.SetContext(ctx)
			return nil
		},
	}
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	root.SetFlagErrorFunc(flags.Suggest)
	set := root.PersistentFlags()
	set.StringVar(&a.flags.dataDir, "data-dir", "data", "data `folder`: where artifacts are read and written")
	set.DurationVar(&a.flags.timeout, "timeout", 50*time.Minute, "time limit of the command")
	set.DurationVar(&a.flags.requestTimeout, "request-timeout", 0, "time limit of one request (default 1m, Salesforce queries 2m30s)")
	set.StringVar(&a.flags.color, "color", "auto", "auto, always or never; auto uses color in a terminal unless NO_COLOR is set")
	set.StringVar(&a.flags.logFormat, "log-format", "text", "text or json")
	set.StringVar(&a.flags.logLevel, "log-level", "info", "debug, info, warn or error")
	root.AddCommand(a.withMetrics(a.salesforceCommand(), a.gatherCommand(), a.processorCommand(), a.compareCommand())...)
	root.AddCommand(a.showCommand(), a.checkCommand(), a.explainCommand(), a.impactCommand(), a.undoCommand(), a.downloadCommand(), a.notifyCommand())
	for _, command := range root.Commands() {
		command.Flags().StringVar(&a.flags.date, "date", "", "run as of this `day`, YYYY-MM-DD (default today in UTC)")
	}
	// A plan is applied on its own day or the day after, by the clock.
	root.AddCommand(a.withMetrics(a.syncCommand())...)
	return root, func() { cancel() }
}

// begin applies the flags that all commands have.
func (a *app) begin(ctx context.Context) (context.Context, context.CancelFunc, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(a.flags.logLevel)); err != nil {
		return nil, nil, fmt.Errorf("--log-level %q is not debug, info, warn or error", a.flags.logLevel)
	}
	handler, err := console.LogHandler(a.Stderr, a.flags.logFormat, level)
	if err != nil {
		return nil, nil, err
	}
	if a.color, err = a.colors(); err != nil {
		return nil, nil, err
	}
	a.started = a.Clock.Now().UTC()
	a.date = account.DateOf(a.started)
	if a.flags.date != "" {
		date, err := account.ParseDate(a.flags.date)
		if err != nil || string(date) != a.flags.date {
			return nil, nil, fmt.Errorf("--date %q is not a date of the form YYYY-MM-DD", a.flags.date)
		}
		a.date = date
	}
	if a.flags.timeout <= 0 {
		return nil, nil, fmt.Errorf("--timeout %s must be greater than zero", a.flags.timeout)
	}
	if a.flags.requestTimeout < 0 {
		return nil, nil, fmt.Errorf("--request-timeout %s must be greater than zero", a.flags.requestTimeout)
	}
	a.Policy.RequestTimeout = cmp.Or(a.flags.requestTimeout, a.Policy.RequestTimeout)
	ctx, cancel := context.WithTimeoutCause(ctx, a.flags.timeout, errTimeout)
	a.logger = slog.New(handler)
	ended := a.mustEnd(ctx, func() {
		a.logger.Warn("stopping after the request in progress; a second signal ends the program at once", "because", context.Cause(ctx))
	})
	if today := account.DateOf(a.started); a.date != today {
		a.logger.Warn("deciding for a day other than today", "date", a.date, "today", today)
	}
	line := a.line
	if a.flags.logFormat != "text" {
		line = nil
	}
	a.progress = console.NewProgress(line, a.Clock, a.logger)
	return ctx, func() {
		ended()
		cancel()
	}, nil
}

// mustEnd ends the program if the command is still running a while after its context
// has ended, because it waits for something that no context reaches, such as a pipe
// that nobody reads. It calls say when the context ends; the caller calls the returned
// function when the command has ended.
func (a *app) mustEnd(ctx context.Context, say func()) (ended func()) {
	said := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(said)
		if a.Exit != nil {
			time.AfterFunc(a.Grace, func() { a.Exit(ExitFailed) })
		}
		say()
	})
	return func() {
		if !stop() {
			<-said
		}
	}
}

// run returns what a stage works with.
func (a *app) run() *stage.Run {
	return &stage.Run{
		Folder: artifact.Folder(a.flags.dataDir), Day: a.date, Clock: a.Clock, Log: a.logger, Version: a.Version,
		Started: a.started, Progress: a.progress, Requests: a.requests,
	}
}
