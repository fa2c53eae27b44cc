package io.millrace.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the tests of a JVM's end run in another JVM; says what it has, then waits for its end. */
final class ChildMain {
    private ChildMain() {}

    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "own" -> say(ServerKind.valueOf(arguments[1]).builder().start());
            case "shared" -> say(Servers.shared(ServerKind.valueOf(arguments[1])));
            case "making" ->
                new ServerCache(Path.of(arguments[1])).entry("thing", path -> {
                    System.out.println("making");
                    System.in.read();
                });
            case "scratch" -> {
                ScratchDirectory scratch = ScratchDirectory.make("millrace-scratch", false);
                Files.writeString(scratch.path().resolve("file"), "of a run");
                Process process = scratch.start(new ProcessBuilder("sleep", "1000"));
                System.out.println(process.pid() + " " + scratch.path());
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        // Returns when the test closes our input, and the JVM ends with the server still open.
        System.in.read();
    }

    private static void say(Server server) {
        System.out.println(server.pid() + " " + server.dataDirectory());
    }
}
