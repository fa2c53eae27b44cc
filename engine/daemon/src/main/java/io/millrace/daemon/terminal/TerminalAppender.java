package io.millrace.daemon.terminal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.AppenderBase;
import io.millrace.daemon.text.Json;
import io.millrace.error.MillraceException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/**
 * Writes log lines to the terminal, above its progress line. Of exceptions that are not ours it shows class and stack, never
 * the message: a driver's or a server's may quote rows, statements and credentials.
 */
final class TerminalAppender extends AppenderBase<ILoggingEvent> {
    private static final int MOST_FRAMES = 30;
    /** A message that names ten thousand tables is one that nobody reads. */
    private static final int MOST_CHARACTERS = 4_096;

    private final Terminal terminal;
    private final LogFormat format;
    private final RepeatedLines repeated = new RepeatedLines();

    TerminalAppender(Terminal terminal, LogFormat format) {
        this.terminal = terminal;
        this.format = format;
        setName("terminal");
    }

    @Override
    protected void append(ILoggingEvent event) {
        // Called under the appender's own lock.
        int leftOut = repeated.leftOutBefore(event.getLoggerName(), event.getMessage(), event.getTimeStamp());
        if (leftOut >= 0) {
            terminal.note(format == LogFormat.json ? json(event, leftOut) : text(event, leftOut));
        }
    }

    private static String message(ILoggingEvent event, int leftOut) {
        String message = event.getFormattedMessage();
        String bounded = message.length() <= MOST_CHARACTERS
                ? message
                : message.substring(0, MOST_CHARACTERS) + "… (characters=" + message.length() + ")";
        return leftOut == 0 ? bounded : bounded + " (" + leftOut + " more of its kind were left out)";
    }

    private static String time(ILoggingEvent event) {
        // Always three digits: the text form leaves out zeros.
        Instant time = Instant.ofEpochMilli(event.getTimeStamp());
        String seconds = time.truncatedTo(ChronoUnit.SECONDS).toString();
        return seconds.substring(0, seconds.length() - 1)
                + String.format(Locale.ROOT, ".%03dZ", event.getTimeStamp() % 1000);
    }

    private static String text(ILoggingEvent event, int leftOut) {
        String logger = event.getLoggerName();
        StringBuilder line = new StringBuilder()
                .append(time(event))
                .append(String.format(Locale.ROOT, " %-5s ", event.getLevel()))
                .append(logger.substring(logger.lastIndexOf('.') + 1))
                .append(": ")
                .append(message(event, leftOut));
        if (event.getThrowableProxy() != null) {
            line.append('\n').append(stack(event.getThrowableProxy()));
        }
        return line.toString();
    }

    private static String json(ILoggingEvent event, int leftOut) {
        Map<String, Object> line = Json.object();
        line.put("time", time(event));
        line.put("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
        line.put("logger", event.getLoggerName());
        line.put("thread", event.getThreadName());
        line.put("message", message(event, leftOut));
        if (event.getThrowableProxy() != null) {
            line.put("stack", stack(event.getThrowableProxy()));
        }
        return Json.write(line);
    }

    private static String stack(IThrowableProxy first) {
        StringBuilder stack = new StringBuilder();
        for (IThrowableProxy proxy = first; proxy != null; proxy = proxy.getCause()) {
            stack.append(stack.isEmpty() ? "" : "\ncaused by ").append(proxy.getClassName());
            if (proxy.getClassName().equals(MillraceException.class.getName())) {
                stack.append(": ").append(proxy.getMessage());
            }
            StackTraceElementProxy[] frames = proxy.getStackTraceElementProxyArray();
            for (int i = 0; i < Math.min(frames.length - proxy.getCommonFrames(), MOST_FRAMES); i++) {
                stack.append("\n\t").append(frames[i].getSTEAsString());
            }
        }
        return stack.toString();
    }
}
