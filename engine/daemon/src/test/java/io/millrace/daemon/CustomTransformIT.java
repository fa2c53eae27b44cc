package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.Servers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the reference, compiled into a jar beside the task, and its rows at the target. */
class CustomTransformIT {
    private static final String BEGIN = "```java\npackage example;";

    @TempDir
    Path directory;

    /** Compiles the example, with a word of it replaced, into a jar of the plugins' directory. */
    private void jar(String word, String by) throws IOException {
        String reference = Files.readString(reference(), StandardCharsets.UTF_8);
        int begin = reference.indexOf(BEGIN);
        assertTrue(begin > 0, "the reference has the example");
        String code = reference.substring(begin + "```java\n".length(), reference.indexOf("\n```", begin));
        assertTrue(code.contains(word), word);
        Path source = Files.createDirectories(directory.resolve("code/example")).resolve("Initials.java");
        Files.writeString(source, code.replace(word, by), StandardCharsets.UTF_8);
        Path classes = Files.createDirectories(directory.resolve("classes"));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        source.toString());
        assertEquals(0, result, "the example compiles");
        Path jar = Files.createDirectories(directory.resolve("plugins")).resolve("initials.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            out.putNextEntry(new JarEntry("example/Initials.class"));
            out.write(Files.readAllBytes(classes.resolve("example/Initials.class")));
            out.closeEntry();
            out.putNextEntry(new JarEntry("META-INF/services/io.millrace.plugin.RowTransform"));
            out.write("example.Initials\n".getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
        }
    }

    private static Path reference() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("engine/REFERENCE.md"))) {
            at = at.getParent();
        }
        return at.resolve("engine/REFERENCE.md");
    }

    @Test
    void shouldTakeRowsThroughTheReferencesExample() throws IOException {
        CliTask task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.atSource(
                "CREATE TABLE people (id int PRIMARY KEY, name varchar(20), n int)",
                "INSERT INTO people VALUES (1, 'one', 1), (2, NULL, 2)");
        task.with("transforms: [{custom: {name: initials, options: {from: name}}}]");
        CliEnd missing = task.cli().run("check", "task.yaml");
        assertEquals(2, missing.exitCode(), missing.toString());
        assertTrue(missing.err().contains("no such row transform: name=initials, known=[]"), missing.toString());

        jar("initials", "initials");
        CliEnd loaded = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, loaded.exitCode(), loaded.toString());
        task.atSource("INSERT INTO people VALUES (3, 'three', 3)", "UPDATE people SET name = 'new' WHERE id = 1");
        CliEnd followed = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, followed.exitCode(), followed.toString());
        String people = "SELECT count(*) FROM " + task.database + ".people WHERE ";
        assertEquals(1, task.targetCount(people + "id = 1 AND initial = 'n'"));
        assertEquals(1, task.targetCount(people + "id = 2 AND initial IS NULL"));
        assertEquals(1, task.targetCount(people + "id = 3 AND initial = 't'"));

        jar("row.valueLength(name) > 0", "row.valueLength(name) / (row.valueLength(name) - 4) > 0");
        task.atSource("INSERT INTO people VALUES (4, 'four', 4)");
        CliEnd failed = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertTrue(
                failed.err()
                        .contains(
                                "a row transform failed: transform=initials, error=java.lang.ArithmeticException, table="
                                        + task.database + ".people, step=1"),
                failed.toString());
    }

    @Test
    void shouldShowTheCodeColumnsThatTheTargetDoesNotGet() throws IOException {
        CliTask task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.atSource(
                "CREATE TABLE people (id int PRIMARY KEY, name varchar(20), n int)",
                "INSERT INTO people VALUES (1, 'one', 1), (2, NULL, 2)");
        task.tables("[{include: " + task.database + ".people, columns: {drop: [name]}}]");
        task.with("transforms: [{custom: {name: initials, options: {from: name}}}]");
        jar("initials", "initials");
        CliEnd loaded = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, loaded.exitCode(), loaded.toString());
        task.atSource("INSERT INTO people VALUES (3, 'three', 3)");
        CliEnd followed = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, followed.exitCode(), followed.toString());
        String people = "SELECT count(*) FROM " + task.database + ".people WHERE ";
        assertEquals(1, task.targetCount(people + "id = 1 AND initial = 'o'"), "of the load");
        assertEquals(1, task.targetCount(people + "id = 2 AND initial IS NULL"));
        assertEquals(1, task.targetCount(people + "id = 3 AND initial = 't'"), "of the stream");
        CliEnd verified = task.cli().run("verify", "task.yaml");
        assertTrue(verified.toString().contains("transforms[0].custom"), verified.toString());
    }
}
