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

// Nothing limits how long an answer may take as a whole: a stream may go on for days.
const (
	headerTimeout   = 10 * time.Second // for a client to send its request's headers
	idleTimeout     = time.Minute      // for a client to send the next request
	dialTimeout     = 5 * time.Second  // for the upstream server to be reached
	responseTimeout = 30 * time.Second // for it to begin its answer
)

// newProxy returns the handler that asks the upstream server.
func newProxy(opts options, logger *log.Logger) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(opts.upstream)
			r.SetXForwarded() // what a client says of itself in these headers counts for nothing
		},
		Transport: &http.Transport{
			DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
			ResponseHeaderTimeout: responseTimeout,
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
				logger.Printf("%s %s: %v", r.Method, r.URL.Path, err)
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
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
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
