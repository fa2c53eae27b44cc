package io.millrace.pipeline.status;

/** Told of each state that a pipeline enters, on the thread that enters it. It must return soon and not throw. */
@FunctionalInterface
public interface StateListener {
    void onState(PipelineState state);
}
