package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"time"
)

// patience is how long others may take. Nothing limits an answer, an upload or a tunnel as a whole:
// a stream may go on for days.
type patience struct {
	header    time.Duration // for a client to send its request's headers
	idle      time.Duration // for a client to send the next request
	dial      time.Duration // for the upstream server to be reached
	handshake time.Duration // for it to agree on the encryption (https)
	response  time.Duration // for it to begin its answer, once it has the whole request
}

var usualPatience = patience{
	header:    10 * time.Second,
	idle:      time.Minute,
	dial:      5 * time.Second,
	handshake: 10 * time.Second,
	response:  30 * time.Second,
}

// newProxy returns the handler that asks the upstream server.
func newProxy(opts options, logger *log.Logger) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(opts.upstream)
			r.SetXForwarded() // what a client says of itself in these headers counts for nothing
		},
		Transport: &http.Transport{
			DialContext:           (&net.Dialer{Timeout: opts.patience.dial}).DialContext,
			TLSHandshakeTimeout:   opts.patience.handshake,
			ResponseHeaderTimeout: opts.patience.response,
			DisableCompression:    true, // answers are passed on as they are
			MaxIdleConnsPerHost:   100,  // there is one host
		},
		ErrorLog:      logger,
		FlushInterval: -1, // after each write: nothing waits here for more to come
		ModifyResponse: func(answer *http.Response) error {
			maps.Copy(answer.Header, opts.header)
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() == nil { // else the client has gone, and nobody hears
				// The path is a stranger's: escaped, it can forge no line of the log.
				logger.Printf("%s %q: %q", r.Method, r.URL.EscapedPath(), err)
			}
			http.Error(w, "The server behind this proxy does not answer.", http.StatusBadGateway)
		},
	}
}

// serve answers until ctx ends, then lets running answers come to their end. It is an error if
// they do not within the time that they are given.
func serve(ctx context.Context, listener net.Listener, opts options, logger *log.Logger) error {
	server := &http.Server{
		Handler:           newProxy(opts, logger),
		ErrorLog:          logger,
		ReadHeaderTimeout: opts.patience.header,
		IdleTimeout:       opts.patience.idle,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), opts.grace)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		_ = server.Close()
		return fmt.Errorf("answers were cut short after %v", opts.grace)
	}
	return err
}
