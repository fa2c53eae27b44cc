package io.millrace.e2e.session;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The words that start this program in a JVM of its own, as {@code engine/bin/millrace} does. */
public final class MillraceCommand {
    /** Those of the JVM itself. */
    public static final List<String> JVM = List.of(
            "-Xms32m",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-Xmn24m",
            "-XX:Tier4InvocationThreshold=20000",
            "-XX:Tier4MinInvocationThreshold=2400",
            "-XX:Tier4CompileThreshold=60000",
            "-XX:Tier4BackEdgeThreshold=160000");

    private MillraceCommand() {}

    /**
     * For a {@link ProcessBuilder}.
     *
     * @param jvmOptions behind those that the program needs
     * @param arguments of the program
     */
    public static List<String> of(List<String> jvmOptions, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + CheckoutFile.find("engine/bin/millrace.jvmflags"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.millrace.daemon.Main"));
        command.addAll(arguments);
        return command;
    }
}
