package io.millrace.daemon;

/** How a log line is written. */
public enum LogFormat {
    text,
    json
}
