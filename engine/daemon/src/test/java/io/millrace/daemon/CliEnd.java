package io.millrace.daemon;

/** What a command left when it ended: its exit code, and what it wrote on standard output and standard error. */
record CliEnd(int exitCode, String out, String err) {}
