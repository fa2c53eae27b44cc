package io.millrace.daemon.terminal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.jul.LevelChangePropagator;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sets up logging for the process: to the terminal, with java.util.logging bridged. Drivers are silenced at every level, for
 * they log statements with their literals and packets with their rows; what went wrong with them is in our own errors.
 */
public final class Logs {
    private static final String[] SILENT = {
        "org.mariadb.jdbc", "org.postgresql", "com.github.shyiko", "io.debezium", "net.openhft.affinity"
    };
    private static final String[] QUIET = {"net.openhft", "io.netty"};

    private Logs() {}

    public static void configure(Terminal terminal, LogFormat format, LogLevel level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        LevelChangePropagator propagator = new LevelChangePropagator();
        propagator.setContext(context);
        propagator.setResetJUL(true);
        context.addListener(propagator);
        TerminalAppender appender = new TerminalAppender(terminal, format);
        appender.setContext(context);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level.level());
        root.addAppender(appender);
        for (String name : SILENT) {
            context.getLogger(name).setLevel(Level.OFF);
        }
        for (String name : QUIET) {
            context.getLogger(name).setLevel(level == LogLevel.error ? Level.ERROR : Level.WARN);
        }
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }
}
