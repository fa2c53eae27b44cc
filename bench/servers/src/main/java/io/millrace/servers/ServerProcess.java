package io.millrace.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One run of a server's program under a shell that keeps watch over it.
 *
 * <p>The shell reads its standard input, which this JVM holds open. When it closes, because the JVM closed it, ended or
 * was killed, the shell kills the server and deletes its directory. So nothing is left behind, however the JVM dies. A
 * server that ended by itself leaves its directory until then: it may be started again, by another watch, to which the
 * first one hands over when it reads {@code release}.
 *
 * <p>Not thread-safe: {@link Server} guards it.
 */
final class ServerProcess {
    // $1 the directory that goes when the watch ends, $2 the log, then the command. dash and bash alike.
    private static final String WATCH = """
            directory=$1; log=$2; shift 2
            ended=
            trap 'ended=1' USR1
            trap : INT TERM HUP
            "$@" </dev/null >>"$log" 2>&1 &
            server=$!
            echo $server
            exec 3<&0
            ( trap - USR1; read -r word <&3; [ "$word" = release ] || kill -USR1 $$ ) &
            reader=$!
            while kill -0 $server 2>/dev/null; do
              [ -z "$ended" ] || kill -KILL $server 2>/dev/null
              wait $server 2>/dev/null
            done
            while kill -0 $reader 2>/dev/null; do wait $reader 2>/dev/null; done
            [ -z "$ended" ] || rm -rf "$directory"
            """;
    private static final long POLL_MILLIS = 3;

    private final Process watch;
    private final ProcessHandle server;

    private ServerProcess(Process watch, ProcessHandle server) {
        this.watch = watch;
        this.server = server;
    }

    static ServerProcess start(Path directory, Path log, List<String> command, Map<String, String> environment) {
        List<String> all = new ArrayList<>(List.of("sh", "-c", WATCH, "watch", directory.toString(), log.toString()));
        all.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(all).redirectErrorStream(true).directory(directory.toFile());
        builder.environment().putAll(environment);
        try {
            Process watch = builder.start();
            // Only the first line is ever written.
            @SuppressWarnings("resource")
            BufferedReader output = watch.inputReader(StandardCharsets.US_ASCII);
            String pid = output.readLine();
            ProcessHandle server = pid == null
                    ? null
                    : ProcessHandle.of(Long.parseLong(pid.strip())).orElse(null);
            return new ServerProcess(watch, server);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot start: command=" + command.get(0), failure);
        }
    }

    long pid() {
        return server == null ? -1 : server.pid();
    }

    boolean isAlive() {
        return server != null && server.isAlive();
    }

    /** Sends a signal by its name, such as {@code TERM}. */
    void signal(String name) {
        if (isAlive()) {
            try {
                Commands.run(List.of("sh", "-c", "kill -" + name + " " + pid()), Map.of(), null);
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot signal: signal=" + name + ", pid=" + pid(), failure);
            }
        }
    }

    /** SIGKILL to the server and its children; returns when all are gone. */
    void kill() {
        if (server == null) {
            return;
        }
        List<ProcessHandle> all = new ArrayList<>(List.of(server));
        try (Stream<ProcessHandle> children = server.descendants()) {
            children.forEach(all::add);
        }
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : all) {
            awaitEnd(process, Long.MAX_VALUE);
        }
    }

    /** Waits for its end; false when the time is over first. */
    boolean awaitEnd(long timeoutMillis) {
        return server == null || awaitEnd(server, timeoutMillis);
    }

    private static boolean awaitEnd(ProcessHandle process, long timeoutMillis) {
        long started = System.nanoTime();
        while (process.isAlive()) {
            if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started) > timeoutMillis) {
                return false;
            }
            Pause.millis(POLL_MILLIS);
        }
        return true;
    }

    /** Ends the watch over a server that has ended, and leaves its directory: another watch has it now. */
    void release() {
        try (var input = watch.outputWriter(StandardCharsets.US_ASCII)) {
            input.write("release\n");
        } catch (IOException gone) {
            // The watch was killed; there is nothing to hand over.
            return;
        }
        awaitWatch();
    }

    /** Kills the server if it still runs, and has its directory deleted. */
    void close() {
        kill();
        try {
            watch.getOutputStream().close();
        } catch (IOException gone) {
            // The watch was killed: its pipe is broken, and there is nobody to tell.
        }
        awaitWatch();
    }

    private void awaitWatch() {
        try {
            watch.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
