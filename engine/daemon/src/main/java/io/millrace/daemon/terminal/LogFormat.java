package io.millrace.daemon.terminal;

/** How a log line is written. */
public enum LogFormat {
    text,
    json
}
