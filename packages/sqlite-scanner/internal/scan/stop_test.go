package scan

import (
	"context"
	"fmt"
	"testing"
)

func TestAStoppedScanEndsThoughNobodyReads(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		const folders = 2 * eventBuffer
		var names []string
		for i := range folders {
			names = append(names, fmt.Sprintf("%d/a.db", i))
		}
		folder := tree(t, names...)
		broken := &trouble{disk: disk, root: folder}
		ctx, stop := context.WithCancel(t.Context())
		s := newScanner(ctx, Config{Workers: 1, disk: broken})
		ended := make(chan struct{})
		go func() {
			s.run([]string{folder})
			close(ended)
		}()
		<-s.events // it is under way, and must soon wait: more is found than fits
		stop()
		<-ended
		if open := broken.opened.Load(); open != 0 {
			t.Errorf("%d folders were left open", open)
		}
		if opened := broken.ever.Load(); opened >= folders {
			t.Errorf("it went on to open %d folders", opened)
		}
	})
}

func TestAnEventThatNobodyTakesHoldsUpNoStoppedScan(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	s := newScanner(ctx, Config{})
	for range eventBuffer {
		s.emit(Event{})
	}
	stop()
	s.emit(Event{}) // there is no room: it would wait for ever
}
