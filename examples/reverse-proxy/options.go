package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
)

const help = `Usage: reverse-proxy -upstream URL [options]

Stands in front of a web server. The first line it prints tells where it
listens, as JSON: {"url":"http://127.0.0.1:40123"}

  -upstream URL       the server to ask, like http://127.0.0.1:8000
  -listen ADDRESS     where to listen (default 127.0.0.1:0, a free port)
  -header 'NAME: V'   a header to set in every answer; may be repeated
  -grace DURATION     how long running answers may take at the end (default 5s)
  -watch-stdin        end when the standard input ends, for a program that
                      starts this one
  -version            print the version

It ends on SIGTERM and Ctrl-C: running answers are finished first.
`

type options struct {
	upstream   *url.URL
	listen     string
	header     http.Header
	grace      time.Duration
	watchStdin bool
	version    bool
	patience   patience
}

func parse(args []string) (options, error) {
	opts := options{header: http.Header{}, patience: usualPatience}
	flags := flag.NewFlagSet("reverse-proxy", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Func("upstream", "", func(text string) (err error) {
		opts.upstream, err = parseUpstream(text)
		return err
	})
	flags.Func("header", "", func(line string) error { return addHeader(opts.header, line) })
	flags.StringVar(&opts.listen, "listen", "127.0.0.1:0", "")
	flags.DurationVar(&opts.grace, "grace", 5*time.Second, "")
	flags.BoolVar(&opts.watchStdin, "watch-stdin", false, "")
	flags.BoolVar(&opts.version, "version", false, "")
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	switch {
	case flags.NArg() > 0:
		return opts, fmt.Errorf("%q is one argument too many", flags.Arg(0))
	case opts.upstream == nil && !opts.version:
		return opts, errors.New("-upstream is missing")
	}
	return opts, nil
}

func parseUpstream(text string) (*url.URL, error) {
	upstream, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	if (upstream.Scheme != "http" && upstream.Scheme != "https") || upstream.Hostname() == "" {
		return nil, errors.New("it must be like http://127.0.0.1:8000")
	}
	return upstream, nil
}

// tokenCharacters are what a header's name may consist of (RFC 9110, 5.6.2), beside letters and
// digits.
const tokenCharacters = "!#$%&'*+-.^_`|~"

// ofTheConnection are the headers that say where an answer ends and what becomes of the connection
// (RFC 9110, 7.6.1; RFC 9112, 6): the two servers' own business.
var ofTheConnection = []string{
	"Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade",
}

func addHeader(header http.Header, line string) error {
	name, value, _ := strings.Cut(line, ":")
	foreign := func(r rune) bool {
		isWord := r <= unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
		return !isWord && !strings.ContainsRune(tokenCharacters, r)
	}
	if name == "" || name == line || strings.ContainsFunc(name, foreign) {
		return errors.New("it must be like 'Name: value'")
	}
	if strings.ContainsFunc(value, unicode.IsControl) {
		return errors.New("a header's value is one line of text")
	}
	if slices.Contains(ofTheConnection, http.CanonicalHeaderKey(name)) {
		return errors.New("that header belongs to the connection, and is not for you to set")
	}
	header.Add(name, strings.TrimSpace(value))
	return nil
}
