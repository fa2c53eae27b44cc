package io.millrace.pipeline;

import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.task.StartPosition;

/** The place at a source that a {@code start:} means. */
final class SourceStart {
    private SourceStart() {}

    static void prepare(StartPosition start, Source source, ChangeRequest request) {
        if (start instanceof StartPosition.Now) {
            source.prepare(request);
        } else {
            source.prepareForPast(request);
        }
    }

    static SourcePosition of(StartPosition start, Source source) {
        if (start instanceof StartPosition.At at) {
            return at.position();
        }
        if (start instanceof StartPosition.AtTime at) {
            return source.positionAt(at.time());
        }
        return start instanceof StartPosition.Earliest ? source.earliestPosition() : source.nowPosition();
    }
}
