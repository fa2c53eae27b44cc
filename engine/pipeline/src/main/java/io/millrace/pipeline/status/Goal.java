package io.millrace.pipeline.status;

import io.millrace.position.SourcePosition;

/** When a pipeline is finished. */
public sealed interface Goal {
    /** Never, where changes are followed; else when the load is done. */
    record None() implements Goal {}

    /** When all that the source had committed at the pipeline's start is at the target, load included. */
    record CaughtUp() implements Goal {}

    /** When everything before a position is at the target, load included. */
    record At(SourcePosition position) implements Goal {}
}
