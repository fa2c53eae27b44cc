package io.millrace.pipeline.status;

/**
 * Where a pipeline stands in its life.
 *
 * <pre>
 * state        entered by                             meaning                                       leaves to
 * INITIALIZED  build()                                nothing runs                                  RUNNING, STOPPED
 * RUNNING      start()                                prepares, loads, follows; outages included    STOPPING, FINISHED, FAILED
 * STOPPING     stop(), or a failure, or the goal      reads no more, applies what is begun          STOPPED, FINISHED, FAILED
 * STOPPED      the end of a stop()                    all threads have ended; checkpoints stand
 * FINISHED     the end, with the goal reached         likewise
 * FAILED       the end, after an error                likewise; failure() says why
 * </pre>
 */
public enum PipelineState {
    INITIALIZED,
    RUNNING,
    STOPPING,
    STOPPED,
    FINISHED,
    FAILED;

    /** Whether nothing runs any more, for good. */
    public boolean isEnd() {
        return this == STOPPED || this == FINISHED || this == FAILED;
    }
}
