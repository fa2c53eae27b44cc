package io.millrace.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A suite of Debian, read by apt's own tools from the mirror that this machine's apt is set up with, and checked by
 * Debian's keys. Lists, cache and state are in a directory of ours, and apt is told that nothing is installed: so a
 * download brings a package with all that it depends on, no root is needed, and the machine's packages stay as they are.
 */
final class DebianSuite {
    // The line of a release file that apt would fetch; mirrors of Debian keep it under this name by convention.
    private static final Pattern MIRROR = Pattern.compile("'(\\S+/debian/?)/dists/[^/']+/InRelease'");
    private static final Pattern CANDIDATE = Pattern.compile("Candidate: (\\S+)");
    private static final Path KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    private final Path directory;
    private final String suite;

    /** Works in a directory that its owner deletes. */
    DebianSuite(Path directory, String suite) {
        this.directory = directory;
        this.suite = suite;
    }

    /** The files of a package and of all that it depends on, if its version there begins with this. */
    List<Path> download(String name, String versionPrefix) throws IOException {
        for (String program : List.of("apt-get", "apt-cache", "dpkg-deb")) {
            if (Machine.program(program).isEmpty()) {
                throw unavailable(name, "program is missing", "program=" + program);
            }
        }
        Files.createDirectories(directory.resolve("lists/partial"));
        Files.createDirectories(directory.resolve("cache/archives/partial"));
        Files.createFile(directory.resolve("status"));
        Files.createFile(directory.resolve("sources.list"));
        Set<String> mirrors = mirrors();
        if (mirrors.isEmpty()) {
            throw unavailable(name, "apt of this machine names no mirror of Debian", "suite=" + suite);
        }
        String said = "";
        for (String mirror : mirrors) {
            Files.write(
                    directory.resolve("sources.list"),
                    List.of("deb " + (Files.exists(KEYS) ? "[signed-by=" + KEYS + "] " : "") + mirror + " " + suite
                            + " main"),
                    StandardCharsets.US_ASCII);
            Commands.Outcome update = apt("apt-get", "update", "--error-on=any");
            if (update.isSuccess()) {
                return downloadFrom(name, versionPrefix);
            }
            said = update.output();
        }
        throw unavailable(name, "no mirror of this machine has the suite", "suite=" + suite + "\n" + said);
    }

    private List<Path> downloadFrom(String name, String versionPrefix) throws IOException {
        Matcher candidate = CANDIDATE.matcher(apt("apt-cache", "policy", name).output());
        String version = candidate.find() ? candidate.group(1) : "none";
        if (!version.startsWith(versionPrefix)) {
            throw unavailable(name, "the suite has another version", "needed=" + versionPrefix + ", found=" + version);
        }
        Commands.Outcome outcome =
                apt("apt-get", "install", "--yes", "--no-install-recommends", "--download-only", name + "=" + version);
        if (!outcome.isSuccess()) {
            throw unavailable(name, "it cannot be downloaded", "suite=" + suite + "\n" + outcome.output());
        }
        try (Stream<Path> files = Files.list(directory.resolve("cache/archives"))) {
            return files.filter(path -> path.toString().endsWith(".deb"))
                    .sorted()
                    .toList();
        }
    }

    /** Told by apt without a look at its lists, which a new machine does not have. */
    private Set<String> mirrors() throws IOException {
        Commands.Outcome outcome = Commands.run(
                List.of(
                        "apt-get",
                        "-o",
                        "Dir::State::Lists=" + directory.resolve("lists"),
                        "-o",
                        "Debug::NoLocking=1",
                        "--print-uris",
                        "update"),
                Map.of(),
                null);
        Set<String> mirrors = new LinkedHashSet<>();
        for (Matcher matcher = MIRROR.matcher(outcome.output()); matcher.find(); ) {
            mirrors.add(matcher.group(1));
        }
        return mirrors;
    }

    private Commands.Outcome apt(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program, "-q"));
        for (String option : List.of(
                "Dir::State=" + directory,
                "Dir::State::Lists=" + directory.resolve("lists"),
                "Dir::State::Status=" + directory.resolve("status"),
                "Dir::Cache=" + directory.resolve("cache"),
                "Dir::Log=" + directory,
                "Dir::Etc::SourceList=" + directory.resolve("sources.list"),
                "Dir::Etc::SourceParts=-",
                "Dir::Etc::Preferences=-",
                "Dir::Etc::PreferencesParts=-",
                "APT::Default-Release=",
                "APT::Architecture=amd64",
                "APT::Architectures=amd64",
                "APT::Sandbox::User=root",
                "Acquire::Languages=none",
                "Acquire::Retries=3",
                "Debug::NoLocking=1")) {
            command.add("-o");
            command.add(option);
        }
        command.addAll(List.of(arguments));
        return Commands.run(command, Map.of("LC_ALL", "C"), null);
    }

    private static ServerUnavailable unavailable(String name, String why, String what) {
        return new ServerUnavailable("Debian package cannot be had, " + why + ": package=" + name + ", " + what);
    }
}
