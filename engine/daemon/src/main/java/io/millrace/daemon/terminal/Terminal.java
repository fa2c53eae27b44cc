package io.millrace.daemon.terminal;

import io.millrace.daemon.text.Json;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.error.MillraceException;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where everything that a person or a program reads is written: results on standard output, all else on standard error, where
 * a progress line stands below what is printed and is drawn over again. Thread-safe.
 */
public final class Terminal {
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream out;
    private final PrintStream err;
    private final boolean isInteractive;
    private String progress = "";

    public Terminal(PrintStream out, PrintStream err, boolean isInteractive) {
        this.out = out;
        this.err = err;
        this.isInteractive = isInteractive;
    }

    /** The process's own streams, as UTF-8 whatever the locale. */
    public static Terminal ofProcess() {
        return new Terminal(stream(FileDescriptor.out), stream(FileDescriptor.err), isWatched(System.getenv()));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Whether a person watches. From Java 22 on there is a console object even where there is no console. */
    @SuppressWarnings("SystemConsoleNull") // what follows is for those versions
    private static boolean isWatched(Map<String, String> environment) {
        Console console = System.console();
        if (console == null || environment.getOrDefault("TERM", "dumb").equals("dumb")) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }

    public boolean isInteractive() {
        return isInteractive;
    }

    /** A line of a result. */
    public synchronized void result(String line) {
        clear();
        out.println(line);
        out.flush();
        draw();
    }

    /** Standard output itself, for a result that is printed piece by piece while no progress line is drawn. */
    public PrintStream results() {
        return out;
    }

    /** A line beside the results: a note, an error or a log. */
    public synchronized void note(String line) {
        clear();
        err.println(line);
        draw();
    }

    /** Draws the progress line anew; the empty string removes it. Only where a person watches. */
    public synchronized void progress(String line) {
        clear();
        progress = line;
        draw();
    }

    private void clear() {
        if (!progress.isEmpty()) {
            err.print(CLEAR);
        }
    }

    private void draw() {
        err.print(progress);
        err.flush();
    }

    public void error(MillraceException e, boolean isJson) {
        problem(Severity.ERROR, e.code(), e.getMessage(), e.code().advice(), isJson);
    }

    /** Findings of files: those that are errors as errors, the others as warnings. */
    public void problems(List<Finding> findings, boolean isJson) {
        for (Finding finding : findings) {
            problem(
                    finding.severity(),
                    finding.code(),
                    finding.subject() + ": " + finding.message(),
                    finding.fix(),
                    isJson);
        }
    }

    private void problem(Severity severity, ErrorCode code, String message, String advice, boolean isJson) {
        String word = severity.name().toLowerCase(Locale.ROOT);
        if (isJson) {
            Map<String, Object> problem = Json.object();
            problem.put("code", code.label());
            problem.put("kind", code.kind().name().toLowerCase(Locale.ROOT));
            problem.put("message", message);
            problem.put("advice", advice);
            note(Json.write(Map.of(word, problem)));
        } else {
            note(word + " " + code.label() + ": " + message);
            note("advice: " + advice);
        }
    }
}
