package io.millrace.daemon.terminal;

import ch.qos.logback.classic.Level;

/** From which severity on log lines are written. */
public enum LogLevel {
    error(Level.ERROR),
    warn(Level.WARN),
    info(Level.INFO),
    debug(Level.DEBUG);

    @SuppressWarnings("ImmutableEnumChecker") // logback's levels are constants
    private final Level level;

    LogLevel(Level level) {
        this.level = level;
    }

    Level level() {
        return level;
    }
}
