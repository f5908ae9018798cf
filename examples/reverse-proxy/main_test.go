package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// started is a proxy that runs.
type started struct {
	url    string
	stdin  *io.PipeWriter
	stop   context.CancelFunc
	stderr *bytes.Buffer
	code   <-chan int
}

// start runs the command in front of a handler; it is stopped when the test ends.
func start(t *testing.T, upstream http.HandlerFunc, args ...string) started {
	t.Helper()
	server := httptest.NewServer(upstream)
	t.Cleanup(server.Close)
	return startAt(t, server.URL, args...)
}

func startAt(t *testing.T, upstream string, args ...string) started {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	stdin, stdinWriter := io.Pipe()
	stdoutReader, stdout := io.Pipe()
	stderr, code := &bytes.Buffer{}, make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"-upstream", upstream}, args...), stdin, stdout, stderr)
		stdout.Close()
	}()
	t.Cleanup(stop)
	line, err := bufio.NewReader(stdoutReader).ReadBytes('\n')
	if err != nil {
		t.Fatalf("no first line: %v, %s", err, stderr)
	}
	var told struct{ URL string }
	if err := json.Unmarshal(line, &told); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return started{url: told.URL, stdin: stdinWriter, stop: stop, stderr: stderr, code: code}
}

func get(t *testing.T, url string) *http.Response {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

func read(t *testing.T, r io.Reader) string {
	t.Helper()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestRequestsAndAnswersArePassedOn(t *testing.T) {
	proxy := start(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Upstream", r.Method+" "+r.URL.RequestURI())
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write(bytes.ToUpper(body))
	})
	answer, err := http.Post(proxy.url+"/a/b?c=d%20e", "text/plain", strings.NewReader("text"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body := read(t, answer.Body); body != "TEXT" || answer.StatusCode != http.StatusTeapot {
		t.Errorf("%d %q", answer.StatusCode, body)
	}
	if told := answer.Header.Get("X-Upstream"); told != "POST /a/b?c=d%20e" {
		t.Error(told)
	}
}

func TestHeadersAreSetInAnswers(t *testing.T) {
	handler := func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-One", "upstream's") }
	proxy := start(t, handler, "-header", "x-one: 1", "-header", "X-Two: a", "-header", "X-Two: b")
	header := get(t, proxy.url).Header
	if header.Get("X-One") != "1" || strings.Join(header.Values("X-Two"), " ") != "a b" {
		t.Error(header)
	}
}

func TestTheUpstreamServerLearnsWhoAsksAndNotFromTheClient(t *testing.T) {
	seen := make(chan http.Header, 1)
	proxy := start(t, func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header })
	request, _ := http.NewRequest(http.MethodGet, proxy.url, nil)
	request.Header.Set("X-Forwarded-For", "10.0.0.1")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	header := <-seen
	if header.Get("X-Forwarded-For") != "127.0.0.1" || header.Get("X-Forwarded-Host") == "" {
		t.Error(header)
	}
}

// TestAStreamIsPassedOnAsItComes would never end if the proxy kept anything back: each line is
// sent when the one before it has arrived.
func TestAStreamIsPassedOnAsItComes(t *testing.T) {
	arrived := make(chan struct{})
	proxy := start(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "14") // a stream all the same
		for _, line := range []string{"one\n", "two\n", "three\n"} {
			_, _ = io.WriteString(w, line)
			w.(http.Flusher).Flush()
			<-arrived
		}
	})
	lines := bufio.NewReader(get(t, proxy.url).Body)
	for _, want := range []string{"one\n", "two\n", "three\n"} {
		if line, err := lines.ReadString('\n'); line != want {
			t.Fatalf("%q, %v", line, err)
		}
		arrived <- struct{}{}
	}
}

func TestAnUploadIsPassedOnAsItComes(t *testing.T) {
	arrived := make(chan string)
	proxy := start(t, func(_ http.ResponseWriter, r *http.Request) {
		lines := bufio.NewScanner(r.Body)
		for lines.Scan() {
			arrived <- lines.Text()
		}
	})
	body, writer := io.Pipe()
	go func() {
		defer writer.Close()
		for _, line := range []string{"one", "two"} {
			_, _ = io.WriteString(writer, line+"\n")
			if got := <-arrived; got != line {
				t.Errorf("%q instead of %q", got, line)
			}
		}
	}()
	answer, err := http.Post(proxy.url, "text/plain", body)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
}

func TestItEndsWhenItIsTold(t *testing.T) {
	for name, end := range map[string]func(started){
		"by a signal":         func(proxy started) { proxy.stop() },
		"by the end of stdin": func(proxy started) { proxy.stdin.Close() },
		"by a broken stdin":   func(proxy started) { proxy.stdin.CloseWithError(io.ErrClosedPipe) },
		"after some of stdin": func(proxy started) { _, _ = proxy.stdin.Write([]byte("x")); proxy.stdin.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			proxy := start(t, func(http.ResponseWriter, *http.Request) {}, "-watch-stdin")
			get(t, proxy.url)
			end(proxy)
			if code := <-proxy.code; code != exitOK {
				t.Errorf("%d, %s", code, proxy.stderr)
			}
			if answer, err := http.Get(proxy.url); err == nil {
				answer.Body.Close()
				t.Error("something still answers")
			}
		})
	}
}

func TestTheEndOfStdinMeansNothingToAService(t *testing.T) {
	proxy := start(t, func(http.ResponseWriter, *http.Request) {})
	proxy.stdin.Close()
	get(t, proxy.url)
}

func TestARunningAnswerIsFinishedFirst(t *testing.T) {
	asked, goOn := make(chan struct{}), make(chan struct{})
	proxy := start(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "begin ")
		w.(http.Flusher).Flush()
		close(asked)
		<-goOn
		_, _ = io.WriteString(w, "end")
	}, "-grace", "1h")
	answer := get(t, proxy.url)
	<-asked
	proxy.stop()
	close(goOn)
	if body := read(t, answer.Body); body != "begin end" {
		t.Errorf("%q", body)
	}
	if code := <-proxy.code; code != exitOK {
		t.Errorf("%d, %s", code, proxy.stderr)
	}
}

func TestAnAnswerWithoutEndIsCutShortAndToldOf(t *testing.T) {
	proxy := start(t, func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}, "-grace", "1ms")
	answer := get(t, proxy.url)
	proxy.stop()
	if _, err := io.ReadAll(answer.Body); err == nil {
		t.Error("it came to an end")
	}
	if code := <-proxy.code; code != exitFailed || !strings.Contains(proxy.stderr.String(), "cut short") {
		t.Errorf("%d, %s", code, proxy.stderr)
	}
}

func TestAServerThatIsNotThereIsABadGateway(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	answer := get(t, startAt(t, gone.URL).url)
	if body := read(t, answer.Body); answer.StatusCode != http.StatusBadGateway || !strings.Contains(body, "does not answer") {
		t.Errorf("%d %q", answer.StatusCode, body)
	}
}

// serving is the address of a proxy that has less patience than usual.
func serving(t *testing.T, upstream string, patience patience) string {
	t.Helper()
	opts, err := parse([]string{"-upstream", upstream})
	if err != nil {
		t.Fatal(err)
	}
	opts.patience = patience
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = serve(t.Context(), listener, opts, log.New(io.Discard, "", 0)) }()
	return listener.Addr().String()
}

// say sends text over a connection of its own, and returns all that comes back until the other
// side closes it, which it does within a minute or not at all.
func say(t *testing.T, address, text string) string {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}
	return read(t, connection)
}

func TestAClientThatDoesNotGoOnIsGivenUp(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	short := usualPatience
	short.header = time.Millisecond
	say(t, serving(t, server.URL, short), "GET / HTTP/1.1\r\n")
	short = usualPatience
	short.idle = time.Millisecond
	answer := say(t, serving(t, server.URL, short), "GET / HTTP/1.1\r\nHost: here\r\n\r\n")
	if !strings.HasPrefix(answer, "HTTP/1.1 200 ") {
		t.Errorf("%q", answer)
	}
}

func TestAServerThatIsSilentIsGivenUp(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // the system connects, and nobody answers
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	short := usualPatience
	short.handshake, short.response = time.Millisecond, time.Millisecond
	for _, scheme := range []string{"http", "https"} {
		address := serving(t, scheme+"://"+silent.Addr().String(), short)
		answer := say(t, address, "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
		if !strings.HasPrefix(answer, "HTTP/1.1 502 ") {
			t.Errorf("%s: %q", scheme, answer)
		}
	}
}

func TestAnswersAreAskedForAsTheClientWantsThem(t *testing.T) {
	seen := make(chan []string, 1)
	proxy := start(t, func(_ http.ResponseWriter, r *http.Request) {
		seen <- r.Header.Values("Accept-Encoding")
	})
	request, _ := http.NewRequest(http.MethodGet, proxy.url, nil)
	plain := http.Transport{DisableCompression: true}
	defer plain.CloseIdleConnections()
	answer, err := plain.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if encodings := <-seen; len(encodings) > 0 {
		t.Error(encodings)
	}
}

func TestAPathForgesNoLineOfTheLog(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	proxy := startAt(t, gone.URL)
	get(t, proxy.url+"/%0Areverse-proxy:%1b%5b2J")
	proxy.stop()
	<-proxy.code
	told := proxy.stderr.String()
	if strings.Count(told, "\n") != 1 || strings.Contains(told, "\x1b") || !strings.Contains(told, "%0A") {
		t.Errorf("%q", told)
	}
}

func TestAPortThatIsTakenIsToldOf(t *testing.T) {
	taken := httptest.NewServer(nil)
	defer taken.Close()
	var stderr bytes.Buffer
	args := []string{"-upstream", taken.URL, "-listen", taken.Listener.Addr().String()}
	if code := run(t.Context(), args, nil, io.Discard, &stderr); code != exitFailed || stderr.Len() == 0 {
		t.Errorf("%d, %q", code, &stderr)
	}
}

func TestArgumentsThatMakeNoSenseAreRefused(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end() // what is taken for good arguments does not serve for ever
	upstream := []string{"-upstream", "http://127.0.0.1:1"}
	for name, args := range map[string][]string{
		"nothing":          {},
		"no URL":           {"-upstream", "localhost"},
		"another scheme":   {"-upstream", "ftp://localhost"},
		"no host":          {"-upstream", "http://:80"},
		"an unknown flag":  append(upstream, "-what"),
		"one too many":     append(upstream, "what"),
		"no header":        append(upstream, "-header", "text"),
		"a header in two":  append(upstream, "-header", "A: b\r\nC: d"),
		"a header's name":  append(upstream, "-header", "A b: c"),
		"no header's name": append(upstream, "-header", ": c"),
		"an empty header":  append(upstream, "-header", ""),
		"a false length":   append(upstream, "-header", "content-length: 3"),
		"a false encoding": append(upstream, "-header", "Transfer-Encoding: chunked"),
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(ended, args, nil, &stdout, &stderr)
			if code != exitMisuse || stdout.Len() > 0 || !strings.HasPrefix(stderr.String(), "error: ") {
				t.Errorf("%d %q %q", code, &stdout, &stderr)
			}
		})
	}
}

func TestHelpAndVersionArePrinted(t *testing.T) {
	for flag, want := range map[string]string{"-help": help, "-version": version + "\n"} {
		var stdout bytes.Buffer
		if code := run(t.Context(), []string{flag}, nil, &stdout, io.Discard); code != exitOK || stdout.String() != want {
			t.Errorf("%s: %d %q", flag, code, &stdout)
		}
	}
}
