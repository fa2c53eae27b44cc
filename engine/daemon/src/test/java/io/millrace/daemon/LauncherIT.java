package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of an installation: classes from an archive that it has made, and none of it to be seen where there is none that fits (decision 0049). */
class LauncherIT {
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    @TempDir
    static Path directory;

    private static Path home;
    private static CliEnd before;

    @BeforeAll
    static void install() throws Exception {
        home = Files.createDirectories(directory.resolve("millrace"));
        Path lib = Files.createDirectories(home.resolve("lib"));
        Files.createDirectories(home.resolve("plugins"));
        Path bin = Files.createDirectories(home.resolve("bin"));
        Path origin = Path.of(System.getProperty("millrace.root"), "engine", "bin");
        for (String name : List.of("millrace", "millrace.jvmflags")) {
            Files.copy(origin.resolve(name), bin.resolve(name));
        }
        int number = 0;
        for (String entry : CLASS_PATH.split(File.pathSeparator)) {
            Path path = Path.of(entry);
            Path jar = lib.resolve(number++ + ".jar");
            if (Files.isRegularFile(path)) {
                Files.createSymbolicLink(jar, path);
            } else if (Files.isDirectory(path)) {
                pack(path, jar);
            }
        }
        Files.writeString(directory.resolve("task.yaml"), "name: t\nsource: shop\ntarget: warehouse\ntables: [a.b]\n");
        Files.writeString(directory.resolve("datasources.yaml"), """
                shop: {type: mysql, host: 127.0.0.1, port: 1, user: u}
                warehouse: {type: postgres, host: 127.0.0.1, port: 1, user: u, database: d}
                """);
        before = check("");
        assertEquals(3, before.exitCode(), before.toString());
        assertEquals(before, check(""), "while the archive is made");
        await(store().resolve("classes.jsa"));
    }

    private static void pack(Path from, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(from.relativize(file).toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    private static void await(Path file) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!Files.exists(file)) {
            assertTrue(System.nanoTime() < deadline, () -> "never made: " + file);
            Thread.sleep(50);
        }
    }

    /** The one there is. */
    private static Path store() throws IOException {
        try (Stream<Path> stores = Files.list(home.resolve("shared"))) {
            List<Path> all = stores.toList();
            assertEquals(1, all.size(), all.toString());
            return all.get(0);
        }
    }

    private static CliEnd check(String options) throws Exception {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder("sh", home.resolve("bin/millrace") + "", "check", "task.yaml")
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS", options);
        int exitCode = builder.start().waitFor();
        return new CliEnd(
                exitCode, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    /** How many classes of ours came from the archive. */
    private static long shared() throws Exception {
        Path loads = directory.resolve("loads.txt");
        assertEquals(before, check("-Xlog:class+load:file=" + loads));
        try (Stream<String> lines = Files.lines(loads)) {
            return lines.filter(line -> line.contains(" io.millrace.") && line.contains("shared objects file"))
                    .count();
        }
    }

    @Test
    void shouldMapClassesWhenACommandHasRunBefore() throws Exception {
        assertTrue(shared() > 100, () -> "of the archive in " + home);
        assertTrue(Files.exists(store().resolve("check.seen")));
        assertFalse(Files.exists(store().resolve("run.seen")), "another command is yet to be heard");
    }

    @Test
    void shouldSayNothingWhenAnArchiveDoesNotFit() throws Exception {
        Path archive = store().resolve("classes.jsa");
        byte[] whole = Files.readAllBytes(archive);
        Files.delete(archive);
        for (byte[] bytes : List.of(new byte[0], new byte[100_000], Arrays.copyOf(whole, whole.length / 2))) {
            Files.write(archive, bytes);
            assertEquals(0, shared(), "bytes=" + bytes.length);
        }
        Files.write(archive, whole);
        assertEquals(before, check("-XX:+UseG1GC"));
        assertEquals(before, check("-Xshare:off"));
    }

    @Test
    void shouldBeginAnewWhenAJarIsAnotherAndGoWithoutWhereNothingCanBeWritten() throws Exception {
        Path first = store();
        pack(home.resolve("bin"), home.resolve("plugins/more.jar"));
        assertEquals(before, check(""));
        assertFalse(Files.exists(first));
        assertEquals(before, check(""));
        await(store().resolve("classes.jsa"));

        Path aside = Files.move(home.resolve("shared"), home.resolve("aside"));
        Files.writeString(home.resolve("shared"), "no directory");
        assertEquals(before, check(""));
        Files.delete(home.resolve("shared"));
        Files.move(aside, home.resolve("shared"));
        assertTrue(shared() > 100);
    }
}
